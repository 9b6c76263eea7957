internal import RunnerConfiguration
internal import RunnerCore
internal import Sandbox
internal import Synchronization

/// The entries that are served: those of the last table that was taken, and for each that there was
/// before which one is in its place.
final class ServedTable: Sendable, EntryResolver {
  private struct State {
    /// What each entry is called, all that there were since the start.
    var names: [String]
    /// Wall clock of each, in seconds.
    var seconds: [Int]
    /// The number of the first entry of the last table.
    var first = 0
    /// What requests are held against, and the number of its first entry.
    var admission: (EntryAdmission, first: Int)
  }

  private let state: Mutex<State>

  init(
    _ configuration: Configuration, _ entries: [CompiledEntry]
  ) throws(StartFailure) {
    state = Mutex(
      State(
        names: Self.names(configuration), seconds: Self.seconds(entries),
        admission: (try EntryAdmission(configuration, entries.map(\.policy)), 0)))
  }

  private static func names(_ configuration: Configuration) -> [String] {
    configuration.entries.map(\.name)
  }

  private static func seconds(_ entries: [CompiledEntry]) -> [Int] {
    entries.map { Int($0.policy.wallClockSeconds) }
  }

  func entry(for request: JobRequest) throws(JobRefusal) -> Int {
    let (admission, first) = state.withLock { $0.admission }
    return try admission.entry(for: request) + first
  }

  func wallClockSeconds(of entry: Int) -> Int { state.withLock { $0.seconds[entry] } }

  /// The entry that is in the place of one of an earlier table; nil where none is.
  func successor(of entry: Int) -> Int? {
    state.withLock { state in
      guard entry < state.first else { return entry }
      return state.names[state.first...].firstIndex(of: state.names[entry])
    }
  }

  /// Launches may name the entries of a fresh table from now on. Requests are still held against
  /// the one before.
  ///
  /// - Returns: for each entry the number of the one whose place it takes.
  func take(
    _ table: FreshTable, _ configuration: Configuration, _ entries: [CompiledEntry]
  ) -> [Int?] {
    let names = Self.names(configuration)
    return state.withLock { state in
      let old = state.names[state.first...]
      let heirs = names.map { name in old.firstIndex(of: name) }
      state.first = table.firstEntry
      state.names += names
      state.seconds += Self.seconds(entries)
      return heirs
    }
  }

  /// - Parameter first: the number of the first entry of the table that `admission` is about.
  func admit(by admission: EntryAdmission, first: Int) {
    state.withLock { $0.admission = (admission, first) }
  }
}
