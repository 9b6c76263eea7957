internal import RunnerConfiguration
internal import RunnerCore
internal import SandboxBase

/// Logs what is enforced, and each relaxation by name, at start and after a reload.
enum EnforcementLog {
  static func write(
    _ enforcements: [Enforcement], of configuration: Configuration, _ log: ServiceLog
  ) {
    log.log(
      .info, "entries.sealed", "sealed: \(enforcements.count) entries",
      ["entries": .integer(enforcements.count)])
    var entriesByRow: [Enforcement.Row: [String]] = [:]
    for (entry, enforcement) in zip(configuration.entries, enforcements) {
      for row in enforcement.rows where row.state != .enforced {
        entriesByRow[row, default: []].append(entry.name)
      }
    }
    for (row, names) in entriesByRow.sorted(by: { $0.key.layer < $1.key.layer }) {
      let whose = names.count == enforcements.count ? "all jobs" : names.joined(separator: ", ")
      let level: LogLevel = row.state == .dropped ? .warning : .info
      log.log(
        level, "layer.not_enforced",
        "\(row.layer.rawValue) is \(row.state.name) for \(whose): \(row.detail)",
        ["layer": .text(row.layer.rawValue), "state": .text(row.state.name)])
    }
  }
}
