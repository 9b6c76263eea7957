internal import RunnerConfiguration
internal import RunnerCore
internal import SandboxBase
internal import SandboxClient
internal import Synchronization

/// The registry of served entries over all policy generations: resolves requests against the
/// current one, and maps entries of earlier generations to their replacements.
final class EntryRegistry: Sendable, EntryResolver {
  /// Content of the lock.
  private struct State {
    /// Names of the entries of all generations since the start.
    var names: [String]
    /// Wall clock of each, in seconds.
    var seconds: [Int]
    /// Index of the first entry of the current generation.
    var firstEntry = 0
    /// Checks requests; `first` is the index of its first entry.
    var admission: (EntryAdmission, first: Int)
  }

  private let state: Mutex<State>

  init(
    _ configuration: Configuration, _ policies: [EntryPolicy]
  ) throws(StartFailure) {
    state = Mutex(
      State(
        names: Self.names(configuration), seconds: Self.seconds(policies),
        admission: (try EntryAdmission(configuration, policies), 0)))
  }

  private static func names(_ configuration: Configuration) -> [String] {
    configuration.entries.map(\.name)
  }

  private static func seconds(_ policies: [EntryPolicy]) -> [Int] {
    policies.map { Int($0.wallClockSeconds) }
  }

  func entry(for request: JobRequest) throws(JobRefusal) -> Int {
    let (admission, first) = state.withLock { $0.admission }
    return try admission.entry(for: request) + first
  }

  func wallClockSeconds(of entry: Int) -> Int { state.withLock { $0.seconds[entry] } }

  /// The current entry that replaces one of an earlier generation; nil where none has its name.
  func replacement(of entry: Int) -> Int? {
    state.withLock { state in
      guard entry < state.firstEntry else { return entry }
      return state.names[state.firstEntry...].firstIndex(of: state.names[entry])
    }
  }

  /// Adopts the entries of a new generation: launches may name them from now on. Requests are still
  /// checked against the one before.
  ///
  /// - Returns: for each new entry the index of the one that it replaces; nil for none.
  func adopt(
    _ table: PolicyGeneration, _ configuration: Configuration, _ policies: [EntryPolicy]
  ) -> [Int?] {
    let names = Self.names(configuration)
    return state.withLock { state in
      let old = state.names[state.firstEntry...]
      let replacements = names.map { name in old.firstIndex(of: name) }
      state.firstEntry = table.firstEntry
      state.names += names
      state.seconds += Self.seconds(policies)
      return replacements
    }
  }

  /// Checks requests with the rules of another generation from now on.
  ///
  /// - Parameter first: the index of the first entry of the generation that `admission` checks.
  func useAdmission(_ admission: EntryAdmission, first: Int) {
    state.withLock { $0.admission = (admission, first) }
  }
}
