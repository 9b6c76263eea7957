internal import RunnerAccess
internal import RunnerConfiguration
internal import RunnerCore
internal import TextFormats

/// The command line of `token`: `token add|list|revoke|rotate [NAME] [options]`.
struct TokenOptions: Hashable {
  /// What is done to the file.
  enum Action: String, CaseIterable {
    case add, list, revoke, rotate
  }

  /// Where tokens are kept unless `--tokens` says otherwise: beside the configuration.
  static let defaultFile = "/etc/http-runner/tokens.json"
  /// Seconds for which the older secret of a rotated token counts: a week.
  static let overlapDefault = 7 * 86_400
  /// Bounds of `--overlap`, in seconds: up to ten years.
  static let overlapRange = 0...10 * 366 * 86_400
  /// Bounds of `--expires`, in seconds.
  static let lifetimeRange = 1...10 * 366 * 86_400

  let action: Action
  /// Empty for `list`.
  var name = ""
  var file = TokenOptions.defaultFile
  var scopes: Set<AccessScope> = [.submit, .read, .cancel]
  /// Entries named by `--entry`; empty for all.
  var entries: Set<String> = []
  var jobs = AccessGrant.Visibility.own
  var quota = PrincipalQuota()
  /// nil for never.
  var expiresSeconds: Int?
  /// Whether `--expires` was given.
  var isEndGiven = false
  var overlapSeconds = TokenOptions.overlapDefault
  var isJSON = false

  /// - Parameter arguments: what follows the word `token`.
  init(_ arguments: [String]) throws(OptionError) {
    var reader = CommandLineReader(arguments)
    guard case .operand(let word) = reader.next(), let action = Action(rawValue: word) else {
      let actions = Action.allCases.map(\.rawValue).joined(separator: ", ")
      throw OptionError(
        what: "token", why: "It is followed by one of \(actions).", example: "token list")
    }
    self.action = action
    while let item = reader.next() {
      switch item {
      case .operand(let text):
        guard action != .list else {
          throw OptionError(
            what: "token list \(text)", why: "`list` takes no name: it lists all.",
            example: "token list")
        }
        guard name.isEmpty, TokenRecord.isName(text) else {
          throw OptionError(
            what: "token \(word) \(text)",
            why:
              "One name follows: 1 to 64 letters, digits, `.`, `_`, `-` or `@`, beginning with a "
              + "letter or digit.", example: "token \(word) media")
        }
        name = text
      case .option(let option):
        try read(option, from: &reader)
      }
    }
    guard action == .list || !name.isEmpty else {
      throw OptionError(
        what: "token \(word)", why: "The name of the token is missing.",
        example: "token \(word) media")
    }
  }

  private mutating func read(
    _ option: CommandLineReader.Option, from reader: inout CommandLineReader
  ) throws(OptionError) {
    if option.name == "json", option.attached == nil, action == .list {
      isJSON = true
      return
    }
    guard option.isLong, Self.options(of: action).contains(option.name) else {
      throw OptionError(
        what: option.spelling,
        why: "`token \(action.rawValue)` has no such option. See: http-runner token --help",
        example: action == .list ? "token list --json" : "token \(action.rawValue) media")
    }
    guard let value = reader.value(of: option), !value.isEmpty else {
      throw OptionError(
        what: option.spelling, why: "It needs a value.", example: Self.example(of: option.name))
    }
    do throws(ValueError) {
      try set(option.name, value)
    } catch {
      throw OptionError(
        what: "\(option.spelling) \(value)", why: error.why, example: Self.example(of: option.name))
    }
  }

  private mutating func set(_ name: String, _ value: String) throws(ValueError) {
    switch name {
    case "tokens": file = value
    case "may": scopes = try Self.scopes(value)
    case "entry":
      let names = value.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      // Without a name the token would be one for all entries.
      guard !names.contains("") else { throw ValueError("It is a name, or names with commas.") }
      entries.formUnion(names)
    case "jobs":
      guard let jobs = AccessGrant.Visibility(rawValue: value) else {
        throw ValueError("It is `own` or `all`.")
      }
      self.jobs = jobs
    case "expires":
      expiresSeconds = value == "never" ? nil : try DurationValue.parse(value, Self.lifetimeRange)
      isEndGiven = true
    case "overlap": overlapSeconds = try DurationValue.parse(value, Self.overlapRange)
    default:
      // `options(of:)` has no other.
      guard let member = PrincipalQuota.Member(rawValue: name) else { return }
      quota[member] = try Self.bound(of: member, value)
    }
  }

  private static func bound(
    of member: PrincipalQuota.Member, _ text: String
  ) throws(ValueError) -> Int {
    if member == .kept { return try SizeValue.parse(text, member.range) }
    return try NumberValue.parse(text, member.range)
  }

  private static func scopes(_ text: String) throws(ValueError) -> Set<AccessScope> {
    var scopes: Set<AccessScope> = []
    for word in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let scope = AccessScope.grantable.first(where: { $0.rawValue == word }) else {
        let known = AccessScope.grantable.map(\.rawValue).joined(separator: ", ")
        throw ValueError("There is no scope `\(word)`; there are \(known).")
      }
      scopes.insert(scope)
    }
    return scopes
  }

  private static func options(of action: Action) -> [String] {
    switch action {
    case .add:
      ["tokens", "may", "entry", "jobs", "expires"] + PrincipalQuota.Member.allCases.map(\.rawValue)
    case .rotate: ["tokens", "expires", "overlap"]
    case .list, .revoke: ["tokens"]
    }
  }

  private static func example(of name: String) -> String {
    switch name {
    case "may": "--may submit,read,cancel"
    case "entry": "--entry ffmpeg"
    case "jobs": "--jobs own"
    case "expires": "--expires 90d"
    case "overlap": "--overlap 7d"
    case "running": "--running 2"
    case "queued": "--queued 100"
    case "kept": "--kept 20G"
    case "submissions": "--submissions 60"
    default: "--tokens \(defaultFile)"
    }
  }
}
