/// Reads the output of `strace -f -yy` line by line, and joins calls that were interrupted by lines
/// of other processes.
struct StraceParser {
  /// What one line of the trace, or several lines that belong together, reported.
  enum Event: Hashable {
    case call(TracedCall)
    /// A call whose end comes later: for clone(2) and its like the child may be seen before that.
    case begun(process: Int, name: String, arguments: String)
    case exited(process: Int)
  }

  private var unfinished: [Int: [UInt8]] = [:]
  /// Lines that could not be parsed.
  private(set) var unparsedLines = 0

  private static let marker = Array(" <unfinished ...>".utf8)
  private static let resumed = Array(" resumed>".utf8)

  /// - Returns: nil for a line without an event: a signal, or one that cannot be parsed.
  mutating func read(_ line: ArraySlice<UInt8>) -> Event? {
    guard let (process, body) = Self.process(line), let first = body.first else {
      if !line.isEmpty { unparsedLines += 1 }
      return nil
    }
    switch first {
    case UInt8(ascii: "+"): return .exited(process: process)
    case UInt8(ascii: "-"): return nil  // A signal.
    case UInt8(ascii: "<"): return resume(process, body)
    default: break
    }
    if body.count > Self.marker.count, body.suffix(Self.marker.count).elementsEqual(Self.marker) {
      let text = Array(body.dropLast(Self.marker.count))
      unfinished[process] = text
      guard let open = text.firstIndex(of: UInt8(ascii: "(")) else { return nil }
      return .begun(
        process: process, name: String(decoding: text[..<open], as: UTF8.self),
        arguments: String(decoding: text[(open + 1)...], as: UTF8.self))
    }
    return call(process, body)
  }

  /// `<... name resumed>rest`
  private mutating func resume(_ process: Int, _ body: ArraySlice<UInt8>) -> Event? {
    guard let start = unfinished.removeValue(forKey: process),
      let end = body.firstRange(of: Self.resumed)?.upperBound
    else {
      unparsedLines += 1
      return nil
    }
    return call(process, (start + body[end...])[...])
  }

  /// The number at the start of the line, and what follows it.
  private static func process(_ line: ArraySlice<UInt8>) -> (Int, ArraySlice<UInt8>)? {
    let digits = line.prefix { (0x30...0x39).contains($0) }
    guard !digits.isEmpty, let process = Int(String(decoding: digits, as: UTF8.self)) else {
      return nil
    }
    return (process, line[digits.endIndex...].drop { $0 == UInt8(ascii: " ") })
  }

  /// `name(arguments) = result`
  private mutating func call(_ process: Int, _ body: ArraySlice<UInt8>) -> Event? {
    guard let open = body.firstIndex(of: UInt8(ascii: "(")),
      let (arguments, rest) = StraceText.arguments(of: body[(open + 1)...]),
      let equals = rest.firstIndex(of: UInt8(ascii: "="))
    else {
      unparsedLines += 1
      return nil
    }
    let answer = String(decoding: rest[(equals + 1)...], as: UTF8.self).drop { $0 == " " }
    let words = answer.split(separator: " ", maxSplits: 2)
    let failed = answer.hasPrefix("-1 ") && words.count > 1
    return .call(
      TracedCall(
        process: process, name: String(decoding: body[..<open], as: UTF8.self),
        arguments: arguments, result: TracedCall.number(String(answer)),
        resultObject: failed ? nil : TracedCall.object(in: String(answer)),
        error: failed ? String(words[1]) : nil))
  }
}
