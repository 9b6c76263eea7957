/// One system call as strace(1) tells it: `strace -f -yy`.
struct TracedCall: Hashable {
  let process: Int
  let name: String
  /// As printed, split at the commas between them.
  let arguments: [String]
  /// What it returned; nil where it never did, as exit_group(2).
  let result: Int?
  /// What stands behind a returned descriptor, in its angle brackets.
  let resultObject: String?
  /// The symbol of a failure, for instance `ENOENT`.
  let error: String?

  /// It did what was asked for, or has begun to.
  var succeeded: Bool { error == nil || error == "EINPROGRESS" }

  func argument(_ index: Int) -> String {
    index < arguments.count ? arguments[index] : ""
  }

  /// A number in decimal, hexadecimal or, with a leading zero, octal notation.
  func number(_ index: Int) -> Int? { Self.number(argument(index)) }

  static func number(_ text: String) -> Int? {
    let digits = text.prefix { $0.isHexDigit || $0 == "x" || $0 == "-" }
    if digits.hasPrefix("0x") {
      return UInt(digits.dropFirst(2), radix: 16).map { Int(bitPattern: $0) }
    }
    return Int(digits)
  }

  /// What stands behind a descriptor argument: `3</etc/passwd>` or `AT_FDCWD</tmp>`.
  func object(_ index: Int) -> String? { Self.object(in: argument(index)) }

  static func object(in text: String) -> String? {
    guard let open = text.firstIndex(of: "<"), let close = text.lastIndex(of: ">"), open < close
    else { return nil }
    return StraceText.unescaped(text[text.index(after: open)..<close])
  }

  /// The path in a quoted argument; nil for NULL and for addresses.
  func path(_ index: Int) -> String? {
    let text = argument(index)
    guard text.hasPrefix("\"") else { return nil }
    let inside = text.dropFirst()
    guard let end = inside.lastIndex(of: "\"") else { return nil }
    return StraceText.unescaped(inside[..<end])
  }
}
