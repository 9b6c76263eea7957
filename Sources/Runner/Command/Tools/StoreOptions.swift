internal import RunnerConfiguration
internal import TextFormats

/// The command line of `store`: `store backup FOLDER|check [--state FOLDER] [--json]`, and
/// `store check|migrate --store postgresql:CONNINFO [--role NAME]`.
struct StoreOptions: Hashable {
  /// What is done with the store.
  enum Action: String, CaseIterable {
    case backup, check, migrate
  }

  let action: Action
  /// The folder of the backup; empty for `check`.
  private(set) var target = ""
  /// The state folder.
  private(set) var state = ServiceSettings().state
  private(set) var isJSON = false
  /// The connection string of a database; nil for a state folder.
  private(set) var connectionString: String?
  /// The role that gets the rights of a service; nil for none.
  private(set) var role: String?

  /// - Parameter arguments: what follows the word `store`.
  init(_ arguments: [String]) throws(OptionError) {
    var reader = CommandLineReader(arguments)
    guard case .operand(let word) = reader.next(), let action = Action(rawValue: word) else {
      throw OptionError(
        what: "store", why: "It is followed by `backup` and a folder, by `check` or by `migrate`.",
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
    guard action != .backup || !target.isEmpty else {
      throw OptionError(
        what: "store backup", why: "The folder of the backup is missing.", example: Self.example)
    }
    guard action == .check || (action == .migrate) == (connectionString != nil) else {
      throw OptionError(
        what: "store \(word)",
        why: action == .migrate
          ? "The database is missing." : "A database is backed up by its own tools.",
        example: Self.migrationExample)
    }
  }

  private mutating func read(
    _ option: CommandLineReader.Option, from reader: inout CommandLineReader
  ) throws(OptionError) {
    if option.isLong, option.name == "json", option.attached == nil {
      isJSON = true
      return
    }
    if option.isLong, ["store", "role"].contains(option.name) {
      return try readDatabase(option, from: &reader)
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

  private mutating func readDatabase(
    _ option: CommandLineReader.Option, from reader: inout CommandLineReader
  ) throws(OptionError) {
    let value = reader.value(of: option) ?? ""
    if option.name == "role", action == .migrate, !value.isEmpty {
      role = value
      return
    }
    guard option.name == "store", let text = StoreValue.connectionString(in: value) else {
      throw OptionError(
        what: option.spelling, why: "It needs a database, or the name of its role.",
        example: Self.migrationExample)
    }
    connectionString = text
  }

  private static let migrationExample =
    "http-runner store migrate --store 'postgresql:host=/run/postgresql dbname=jobs' "
    + "--role http_runner"
  private static let example = "http-runner store backup /srv/backup/jobs"
}
