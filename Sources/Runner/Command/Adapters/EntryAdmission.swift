internal import RunnerConfiguration
internal import RunnerCore
internal import SandboxBase
internal import SharedBounds

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
    try checkNames(of: found(in: arguments, of: entry))
    return entry
  }

  func outputs(of request: JobRequest) throws(JobRefusal) -> [OutputArgument] {
    let entry = try entryIndex(of: request.command)
    guard configuration.entries[entry].argumentRules.hasOutputs,
      let arguments = ArgumentList(bytes: request.argumentBytes)
    else { return [] }
    do throws(ArgumentRefusal) {
      try configuration.entries[entry].argumentRules.check(arguments, in: folders[entry])
    } catch {
      throw .field("args", "\(error)")
    }
    return found(in: arguments, of: entry).map { output in
      OutputArgument(
        index: output.index, offset: output.offset, path: output.path, ending: output.ending)
    }
  }

  /// Temporary names are the service's own: the launcher, which gets them, lets them pass.
  private func checkNames(of outputs: [ArgumentOutput]) throws(JobRefusal) {
    let paths = outputs.map(\.path)
    guard Set(paths).count == paths.count else {
      throw .field("args", "Two results have one name.")
    }
    for output in outputs where output.path.contains("/" + ResultPlace.temporaryPrefix) {
      throw .field(
        "args", "arguments[\(output.index)]: its name begins as that of an unfinished result")
    }
  }

  private func found(in arguments: ArgumentList, of entry: Int) -> [ArgumentOutput] {
    configuration.entries[entry].argumentRules.outputs(of: arguments, in: folders[entry])
  }

  /// Where a result is; nil where the entry has no folder of `write` that it is in any more.
  func place(of order: ResultOrder) -> ResultPlace? {
    let index = Int(order.entry.index)
    guard folders.indices.contains(index) else { return nil }
    return folders[index].place(of: order.path, temporaryName: order.temporaryName)
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
