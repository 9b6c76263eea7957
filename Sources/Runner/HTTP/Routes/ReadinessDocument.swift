import RunnerCore
import TextFormats

/// Readiness as JSON: `status`, and for each part `name`, `state` and, for operators, `problem`.
enum ReadinessDocument {
  /// Whether the service takes jobs: as its worst part says.
  static func status(of checks: [ReadinessCheck]) -> ReadinessCheck.State {
    if checks.contains(where: { $0.state == .failed }) { return .failed }
    return checks.contains { $0.state == .degraded } ? .degraded : .ok
  }

  /// - Parameter hasProblems: whether the problems are said: they name entries and paths.
  static func bytes(_ checks: [ReadinessCheck], hasProblems: Bool) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("status")
    writer.string(status(of: checks).rawValue)
    writer.key("checks")
    writer.beginArray()
    for check in checks {
      writer.beginObject()
      writer.key("name")
      writer.string(check.name)
      writer.key("state")
      writer.string(check.state.rawValue)
      if hasProblems, let problem = check.problem {
        writer.key("problem")
        writer.string(problem)
      }
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
    return writer.bytes
  }
}
