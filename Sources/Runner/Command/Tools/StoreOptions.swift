internal import RunnerConfiguration
internal import TextFormats

/// The command line of `store`: `store backup FOLDER|check [--state FOLDER] [--json]`.
struct StoreOptions: Hashable {
  /// What is done with the store.
  enum Action: String, CaseIterable {
    case backup, check
  }

  let action: Action
  /// The folder of the backup; empty for `check`.
  private(set) var target = ""
  /// The state folder.
  private(set) var state = ServiceSettings().state
  private(set) var isJSON = false

  /// - Parameter arguments: what follows the word `store`.
  init(_ arguments: [String]) throws(OptionError) {
    var reader = CommandLineReader(arguments)
    guard case .operand(let word) = reader.next(), let action = Action(rawValue: word) else {
      throw OptionError(
        what: "store", why: "It is followed by `backup` and a folder, or by `check`.",
        example: Self.example)
    }
    self.action = action
    while let item = reader.next() {
      switch item {
      case .operand(let text):
        guard action == .backup, target.isEmpty, text.hasPrefix("/") else {
          throw OptionError(
            what: "store \(word) \(text)",
            why: action == .backup
              ? "One folder follows, with its absolute path." : "`check` takes --state FOLDER.",
            example: Self.example)
        }
        target = text
      case .option(let option):
        try read(option, from: &reader)
      }
    }
    guard action == .check || !target.isEmpty else {
      throw OptionError(
        what: "store backup", why: "The folder of the backup is missing.", example: Self.example)
    }
  }

  private mutating func read(
    _ option: CommandLineReader.Option, from reader: inout CommandLineReader
  ) throws(OptionError) {
    if option.isLong, option.name == "json", option.attached == nil {
      isJSON = true
      return
    }
    guard option.isLong, option.name == "state" else {
      throw OptionError(
        what: option.spelling, why: "There is no such option. See: http-runner store --help",
        example: Self.example)
    }
    guard let value = reader.value(of: option), value.hasPrefix("/") else {
      throw OptionError(
        what: option.spelling, why: "It needs the absolute path of a state folder.",
        example: Self.example)
    }
    state = value
  }

  private static let example = "http-runner store backup /srv/backup/jobs"
}
