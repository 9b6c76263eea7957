@testable import RunnerConfiguration

/// The reference of docs/configuration.md, made from `SettingTable`.
enum SettingReference {
  /// The mark before the reference in docs/configuration.md.
  static let begin = "<!-- made from SettingTable: begin -->"
  /// The mark behind the reference.
  static let end = "<!-- made from SettingTable: end -->"

  /// Tables of all settings in Markdown, one row for each.
  static var text: String {
    """
    ### service

    \(table(SettingTable.service))

    ### defaults, and each of entries

    \(table([SettingTable.path] + SettingTable.entry))

    """
  }

  private static func table(_ settings: [Setting]) -> String {
    let head =
      "| key | takes | default | meaning | example | option |\n"
      + "| --- | --- | --- | --- | --- | --- |\n"
    return head + settings.map(row).joined(separator: "\n")
  }

  private static func row(_ setting: Setting) -> String {
    let defaultValue = setting.defaultValue.map { "`\($0)`" } ?? setting.defaultDescription ?? ""
    let short = setting.flag?.short.map { "`-\($0)`, " } ?? ""
    let option = setting.flag.map { "\(short)`--\($0.name)`" } ?? ""
    let cells = [
      "`\(setting.key)`", setting.kind.typeDescription, defaultValue, setting.help,
      "`\(setting.example)`",
      option,
    ]
    return "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
  }
}

extension SettingKind {
  /// Type and range in words, for the reference.
  var typeDescription: String {
    switch self {
    case .flag: "true or false"
    case .count(let range): "number, \(range.lowerBound) to \(range.upperBound)"
    case .size(let range):
      "size, \(SizeValue.string(range.lowerBound)) to \(SizeValue.string(range.upperBound))"
    case .seconds(let range): "seconds, \(range.lowerBound) to \(range.upperBound)"
    case .hundredths(let range):
      "number, \(HundredthsValue.string(range.lowerBound)) to "
        + HundredthsValue.string(range.upperBound)
    case .text(let form): form.rawValue
    case .texts(let form, let most): "list of at most \(most): \(form.rawValue)"
    case .counts(let range, _): "list of numbers, \(range.lowerBound) to \(range.upperBound)"
    case .choice(let names): names.map { "`\($0)`" }.joined(separator: ", ")
    case .choices(let names): "list of " + names.map { "`\($0)`" }.joined(separator: ", ")
    case .network: "`none`, `loopback`, `all`, or `{connect: [ports], bind: [ports]}`"
    case .inputOutput:
      "list of `{device: \"MAJOR:MINOR\", readBytes, writeBytes, readOperations, writeOperations}`"
    case .variables: "object of names and values"
    case .pools: "object of names and numbers, 1 to 4096"
    case .patterns(let most): "list of at most \(most): argument pattern"
    case .sequences: "list of patterns, and of lists of them"
    case .hooks:
      "object of names and `{command, when: {POINTER: values}, fields: {NAME: value or {from, "
        + "take, replace, before, behind}}, secret: {scheme, field, file, running, queued, kept, "
        + "submissions}}`, see Hooks"
    case .commands:
      "object of names and `{title, description, fields: {NAME: {type, …}}, arguments: [words]}`, "
        + "see Commands"
    case .principals:
      "list of `{name, certificate: NAME or uid or gid: NUMBER, may: [scopes], entries: [names], "
        + "jobs: \"own\" or \"all\", running, queued, kept, submissions}`"
    }
  }
}
