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
