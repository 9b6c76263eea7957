/// Whether entries that have windows may start jobs now, each worked out once for as long as it
/// holds. Entries are rows of the `EntryTable`.
struct WindowTable {
  private struct State {
    let isOpen: Bool
    /// When it was worked out: it does not hold for earlier times, to which clocks may be set.
    let from: Timestamp
    let until: Timestamp
  }

  private var states: [Int: State] = [:]
  /// Time of the next check in monotonic microseconds; nil while none is scheduled.
  var nextCheck: Int64?

  mutating func isOpen(_ entry: Int, _ windows: WindowSchedule, at now: Timestamp) -> Bool {
    if let state = states[entry], state.from <= now, now < state.until { return state.isOpen }
    let (isOpen, until) = windows.state(at: now)
    states[entry] = State(isOpen: isOpen, from: now, until: until)
    return isOpen
  }

  /// Forgets what was worked out: entries may have other windows.
  mutating func forget() { states = [:] }

  /// When the present state of an entry ends; nil where it was not worked out.
  func until(of entry: Int) -> Timestamp? { states[entry]?.until }
}
