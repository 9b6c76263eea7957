internal import RunnerConfiguration

/// Reads a command line by `OptionTable`, in the spellings that the original took:
/// `-p 8080`, `-p8080`, `--p=8080`, `--p 8080`, `--port=8080`, `--port 8080`.
package struct OptionParser {
  private var rest: ArraySlice<String>
  private var options = Options()
  private var seen: Set<String> = []

  /// One parsed argument.
  private struct ParsedOption {
    let row: OptionRow
    /// The option as it was typed.
    let typed: String
    /// What stood in the same argument.
    let attached: String?
  }

  /// - Parameter arguments: the command line without the name of the program.
  /// - Throws: `OptionError` at the first thing that is wrong.
  package static func parse(_ arguments: [String]) throws(OptionError) -> Invocation {
    var parser = OptionParser(rest: arguments[...])
    return try parser.run()
  }

  private init(rest: ArraySlice<String>) {
    self.rest = rest
  }

  private mutating func run() throws(OptionError) -> Invocation {
    while let argument = rest.popFirst() {
      try Self.checkText(argument)
      let option = try Self.option(argument)
      if case .stop(let invocation) = option.row.effect, option.attached == nil {
        return invocation
      }
      guard seen.insert(option.row.long).inserted else { throw Self.repeated(option) }
      try apply(option)
    }
    try OptionRules.check(options)
    return .serve(options)
  }

  private mutating func apply(_ option: ParsedOption) throws(OptionError) {
    switch option.row.effect {
    case .value(let set):
      let value = try value(of: option)
      do throws(ValueError) {
        try set(&options, value)
      } catch {
        throw OptionError(
          what: "\(option.typed) \(value)", why: error.why, example: option.row.example)
      }
    case .flag, .stop:
      guard option.attached == nil else {
        throw OptionError(
          what: "\(option.typed)=\(option.attached ?? "")", why: "It takes no value.",
          example: option.row.example)
      }
      if case .flag(let set) = option.row.effect { set(&options) }
    }
  }

  private mutating func value(of option: ParsedOption) throws(OptionError) -> String {
    if let attached = option.attached { return attached }
    guard let next = rest.first, !Self.isOption(next) else {
      throw OptionError(
        what: option.typed, why: "It needs a value (\(option.row.placeholder ?? "VALUE")).",
        example: option.row.example)
    }
    try Self.checkText(next)
    rest.removeFirst()
    return next
  }

  /// A hyphen and a digit is a negative number: its range will be the better answer.
  private static func isOption(_ text: String) -> Bool {
    let bytes = text.utf8.prefix(2)
    guard bytes.first == UInt8(ascii: "-") else { return false }
    return !(bytes.dropFirst().first.map { (0x30...0x39).contains($0) } ?? false)
  }

  /// Control characters would forge lines of the log; U+FFFD is what the standard library makes of
  /// bytes that are not UTF-8.
  private static func checkText(_ text: String) throws(OptionError) {
    let isBad = { (scalar: Unicode.Scalar) in
      scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value) || scalar == "\u{fffd}"
    }
    guard text.unicodeScalars.contains(where: isBad) else { return }
    let shown = String(text.unicodeScalars.map { isBad($0) ? "?" : Character($0) })
    throw OptionError(
      what: "`\(shown)`",
      why: "It contains a NUL, another control character, or bytes that are not UTF-8.",
      example: OptionTable.rows[0].example)
  }

  private static func option(_ argument: String) throws(OptionError) -> ParsedOption {
    if argument.hasPrefix("--") {
      let parts = argument.dropFirst(2).split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let attached = parts.count > 1 ? String(parts[1]) : nil
      let name = parts.first ?? ""
      let row = OptionTable.rows.first { row in
        row.long == name || row.short.map { String($0) == name } ?? false
      }
      if let row { return ParsedOption(row: row, typed: "--\(name)", attached: attached) }
      throw unknown("--\(name)", OptionRules.nearest(to: String(name)))
    }
    guard argument.hasPrefix("-"), let letter = argument.dropFirst().first else {
      throw OptionError(
        what: "`\(argument)`",
        why: "It belongs to no option. Lists are joined by commas, without spaces.",
        example: OptionTable.rows[0].example)
    }
    guard let row = OptionTable.rows.first(where: { $0.short == letter }) else {
      throw unknown(argument, OptionRules.nearest(to: String(argument.dropFirst())))
    }
    let attached = argument.dropFirst(2)
    return ParsedOption(
      row: row, typed: "-\(letter)", attached: attached.isEmpty ? nil : String(attached))
  }

  private static func unknown(_ typed: String, _ nearest: OptionRow?) -> OptionError {
    let hint = nearest.map { "Did you mean --\($0.long)?" } ?? "--help lists them all."
    return OptionError(
      what: typed, why: "There is no such option. \(hint)", example: nearest?.example ?? "--help")
  }

  private static func repeated(_ option: ParsedOption) -> OptionError {
    let hint =
      option.row.placeholder?.contains(",") == true || option.row.placeholder == "LIST"
      ? " Join the values by commas." : ""
    return OptionError(
      what: option.typed, why: "It is given twice.\(hint)", example: option.row.example)
  }
}
