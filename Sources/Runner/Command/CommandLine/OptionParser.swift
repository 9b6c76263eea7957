internal import RunnerConfiguration
internal import TextFormats

/// Reads a command line by `OptionTable`, in the spellings that the original took:
/// `-p 8080`, `-p8080`, `--p=8080`, `--p 8080`, `--port=8080`, `--port 8080`.
package struct OptionParser {
  private var reader: CommandLineReader
  private var options = Options()
  private var seen: Set<String> = []

  /// An option that there is, as it was given.
  private struct ParsedOption {
    let row: OptionRow
    let option: CommandLineReader.Option

    /// The option as it was typed.
    var typed: String { option.spelling }
    /// What stood in the same argument.
    var attached: String? { option.attached }
  }

  /// Parses a command line.
  ///
  /// - Parameter arguments: the command line without the name of the program.
  /// - Throws: `OptionError` at the first thing that is wrong.
  package static func parse(_ arguments: [String]) throws(OptionError) -> Invocation {
    var parser = OptionParser(reader: CommandLineReader(arguments))
    return try parser.run()
  }

  private init(reader: CommandLineReader) {
    self.reader = reader
  }

  private mutating func run() throws(OptionError) -> Invocation {
    while let argument = reader.upcoming, let item = reader.next() {
      try Self.checkText(argument)
      let option = try Self.option(item, argument)
      if case .stop(let invocation) = option.row.effect, option.attached == nil {
        return invocation
      }
      guard seen.insert(option.row.long).inserted || option.row.isRepeatable else {
        throw Self.repeated(option)
      }
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
          what: error.hidesValue ? option.typed : "\(option.typed) \(value)", why: error.why,
          example: option.row.example)
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
    guard let value = reader.value(of: option.option, where: { !Self.isOption($0) }) else {
      throw OptionError(
        what: option.typed, why: "It needs a value (\(option.row.placeholder ?? "VALUE")).",
        example: option.row.example)
    }
    if option.attached == nil { try Self.checkText(value) }
    return value
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

  /// - Parameter argument: the item as it was typed.
  private static func option(
    _ item: CommandLineReader.Item, _ argument: String
  ) throws(OptionError) -> ParsedOption {
    guard case .option(let option) = item else {
      throw OptionError(
        what: "`\(argument)`",
        why: "It belongs to no option. Lists are joined by commas, without spaces.",
        example: OptionTable.rows[0].example)
    }
    let row = OptionTable.rows.first { row in
      (option.isLong && row.long == option.name)
        || row.short.map { String($0) == option.name } ?? false
    }
    if let row { return ParsedOption(row: row, option: option) }
    throw unknown(
      option.isLong ? option.spelling : argument,
      OptionRules.nearest(to: option.isLong ? option.name : String(argument.dropFirst())))
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
