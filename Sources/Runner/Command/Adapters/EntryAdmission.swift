internal import RunnerConfiguration
internal import RunnerCore
internal import SandboxBase

/// The `EntryResolver` port over the configuration: aliases and paths, argument rules, and the
/// demands that a request may make. The launcher checks all of it again against its own sealed
/// table; here it is checked for an error message that a client can use.
struct EntryAdmission: EntryResolver {
  private let configuration: Configuration
  private let policies: [EntryPolicy]
  private let folders: [ArgumentFolders]

  /// - Parameter policies: those of the entries, in their order, as the launcher has them.
  init(_ configuration: Configuration, _ policies: [EntryPolicy]) {
    self.configuration = configuration
    self.policies = policies
    self.folders = policies.map(\.argumentFolders)
  }

  /// The longest time that a job may take from TERM to KILL, in seconds, rounded up.
  var graceSecondsMax: Int {
    policies.map { (Int($0.graceMilliseconds) + 999) / 1000 }.max() ?? 0
  }

  func entry(for request: JobRequest) throws(JobRefusal) -> Int {
    let entry = try entryIndex(of: request.command)
    if let known = request.demands.limits.keys.first(where: { !DemandMapper.names.contains($0) }) {
      throw .field(
        "limits.\(known)",
        "There is no such limit; known are "
          + DemandMapper.names.joined(separator: ", ") + ".")
    }
    do throws(TighteningRefusal) {
      _ = try policies[entry].tightened(by: DemandMapper.tightening(of: request.demands))
    } catch {
      throw .field(Self.field(error.field), "\(error.why).")
    }
    guard let arguments = ArgumentList(bytes: request.argumentBytes) else {
      throw .field("args", "The arguments hold a NUL, or are more than a program takes.")
    }
    do throws(ArgumentRefusal) {
      try configuration.entries[entry].argumentRules.check(arguments, in: folders[entry])
    } catch {
      throw .field("args", "\(error)")
    }
    return entry
  }

  private func entryIndex(of command: String) throws(JobRefusal) -> Int {
    switch configuration.resolve(command) {
    case .entry(let entry): return entry
    case .unknown: throw .notWhitelisted
    case .ambiguous(let aliases):
      throw .field(
        "command",
        "Several entries run this program. Name one of them: \(aliases.joined(separator: ", ")).")
    }
  }

  /// As requests spell it.
  private static func field(_ name: String) -> String {
    switch name {
    case "wallClock": "timeout"
    case "memory", "processes": "limits.\(name)"
    default: name.replacing("environment", with: "env", maxReplacements: 1)
    }
  }
}
