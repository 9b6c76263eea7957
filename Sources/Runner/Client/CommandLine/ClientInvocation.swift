import RunnerConfiguration
import TextFormats

/// A command line of the client, taken apart by the table of `ClientCommand`.
struct ClientInvocation {
  let command: ClientCommand
  private var values: [String: [String]] = [:]
  private(set) var operands: [String] = []
  /// Fields of a command of the service: options behind its name that are none of the client's; nil
  /// where one has no value.
  private(set) var fields: [(name: String, value: String?)] = []
  /// How many arguments stand behind `--`; nil where there is none.
  private(set) var argumentCount: Int?
  private(set) var wantsHelp = false

  /// Bounds of times: up to ten years.
  private static let secondsRange = 1...10 * 366 * 86_400

  /// - Parameter words: what follows the word of the command.
  /// - Throws: `ClientFailure` (usage) at the first thing that is wrong.
  init(_ command: ClientCommand, _ words: [String]) throws(ClientFailure) {
    self.command = command
    let (options, arguments) = CommandLineReader.split(words)
    argumentCount = arguments?.count
    var reader = CommandLineReader(options)
    while let item = reader.next() {
      switch item {
      case .operand(let text): operands.append(text)
      case .option(let option):
        if option.spelling == "--help" {
          wantsHelp = true
          return
        }
        try read(option, &reader)
      }
    }
    guard command.operandCounts.contains(operands.count) else {
      throw usage(
        "it takes \(command.operands.isEmpty ? "nothing" : command.operands) beside its options"
          + (command.takesArguments && operands.count > 1
            ? "; arguments of the program stand behind `--`" : ""))
    }
    guard arguments == nil || command.takesArguments else { throw usage("`--` has no meaning") }
    for id in operands.prefix(command.idCount) { try checkID(id) }
  }

  private mutating func read(
    _ option: CommandLineReader.Option, _ reader: inout CommandLineReader
  ) throws(ClientFailure) {
    let row = command.options.first { option.isLong && $0.name == option.name }
    guard let row else {
      guard command.takesArguments, option.isLong, !operands.isEmpty else {
        throw usage("there is no option \(option.spelling)")
      }
      return try readField(option, &reader)
    }
    guard values[row.name] == nil || row.isRepeatable else {
      throw usage("\(option.spelling) stands twice")
    }
    guard row.placeholder != nil else {
      guard option.attached == nil else { throw usage("\(option.spelling) takes no value") }
      values[row.name] = []
      return
    }
    guard let value = reader.value(of: option) else {
      throw usage("\(option.spelling) needs a value")
    }
    values[row.name, default: []].append(value)
  }

  private mutating func readField(
    _ option: CommandLineReader.Option, _ reader: inout CommandLineReader
  ) throws(ClientFailure) {
    guard !fields.contains(where: { $0.name == option.name }) else {
      throw usage("\(option.spelling) stands twice")
    }
    fields.append((option.name, reader.value(of: option) { !$0.hasPrefix("--") }))
  }

  /// Whether a text is the id of a job: 20 bytes in hexadecimal digits.
  static func isID(_ text: String) -> Bool {
    Hexadecimal.bytes(of: Array(text.utf8)[...])?.count == 20
  }

  private func checkID(_ text: String) throws(ClientFailure) {
    guard Self.isID(text) else {
      throw usage("`\(text)` is no id of a job, which has 40 hexadecimal digits")
    }
  }

  /// A failure of the command line that says how it is used.
  func usage(_ why: String) -> ClientFailure {
    ClientFailure(
      .usage, "\(command.rawValue): \(why). See: http-runner \(command.rawValue) --help")
  }

  /// Whether an option without a value was given.
  func has(_ name: String) -> Bool { values[name] != nil }

  /// The value of an option; nil where it was not given.
  func value(_ name: String) -> String? { values[name]?.last }

  /// Ids of jobs, each time that the option was given.
  func ids(_ name: String) throws(ClientFailure) -> [String] {
    let ids = values[name] ?? []
    for id in ids { try checkID(id) }
    return ids
  }

  /// The files that an option names, each time that it was given.
  func files(
    _ name: String, _ read: (String) -> FileArgument?
  ) throws(ClientFailure) -> [FileArgument] {
    var files: [FileArgument] = []
    for text in values[name] ?? [] {
      guard let file = read(text) else {
        throw usage("--\(name) \(text): a job can have no file of that name")
      }
      guard !files.contains(where: { $0.name == file.name }) else {
        throw usage("--\(name): \(file.name) stands twice")
      }
      files.append(file)
    }
    return files
  }

  /// `NAME=VALUE`, each time that the option was given.
  func pairs(_ name: String) throws(ClientFailure) -> [(name: String, value: String)] {
    var pairs: [(name: String, value: String)] = []
    for text in values[name] ?? [] {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty else {
        throw usage("--\(name) \(text): NAME=VALUE is expected")
      }
      pairs.append((String(parts[0]), String(parts[1])))
    }
    return pairs
  }

  /// A time in seconds.
  func seconds(_ name: String) throws(ClientFailure) -> Int? {
    guard let text = value(name) else { return nil }
    do throws(ValueError) {
      return try DurationValue.parse(text, Self.secondsRange)
    } catch {
      throw usage("--\(name) \(text): \(error.why)")
    }
  }

  /// A whole number within bounds.
  func number(_ name: String, in range: ClosedRange<Int>) throws(ClientFailure) -> Int? {
    guard let text = value(name) else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw usage("--\(name) \(text): a number of \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// How the service is reached, as far as options say.
  var connection: ClientSettings.Options {
    ClientSettings.Options(
      server: value("server"), ca: value("ca"), certificate: value("certificate"),
      key: value("key"))
  }
}
