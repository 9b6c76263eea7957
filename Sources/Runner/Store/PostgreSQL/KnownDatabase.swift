import Synchronization

/// What all sessions of a store know of its database in common.
final class KnownDatabase: Sendable {
  private struct State {
    var identity: String?
    var newestTimeline: Int64 = 0
    var era = 0
  }

  private let state: Mutex<State>

  /// - Parameter identity: that of the database which the state folder belongs to; nil for a folder
  ///   that belongs to none yet.
  init(identity: String?) { state = Mutex(State(identity: identity)) }

  /// Identity of the database: that of the state folder, else of the first session; nil before it.
  var identity: String? { state.withLock(\.identity) }

  /// Number of the life of the database that connections are of: those of an earlier one are closed
  /// before they are used again.
  var era: Int { state.withLock(\.era) }

  /// The database began another life: each session connects anew, and so asks the newest server.
  func beginEra() { state.withLock { $0.era += 1 } }

  /// - Returns: whether a session is of the one database; the first one says which that is.
  func isSame(_ found: String) -> Bool {
    state.withLock { state in
      if state.identity == nil { state.identity = found }
      return state.identity == found
    }
  }

  /// - Returns: whether no session has seen a newer history of the server.
  func isNewest(_ timeline: Int64) -> Bool {
    state.withLock { state in
      state.newestTimeline = max(state.newestTimeline, timeline)
      return state.newestTimeline == timeline
    }
  }
}
