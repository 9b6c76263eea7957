package import SharedBounds

/// Entries whose jobs cannot run at the moment, because paths that they need are not on the host:
/// queued jobs wait, new ones are refused.
extension JobEngine {
  /// Takes over what is known of the paths of an entry.
  ///
  /// - Parameters:
  ///   - entry: its identity; one of an earlier generation is ignored.
  ///   - why: which path is not there, and why; empty where all are.
  ///   - number: counts up; a state that comes after a later one is ignored.
  package func setClosure(of entry: EntryID, _ why: String, number: UInt64) {
    entries.setPathState(of: entry, why, number: number)
    startQueued()
  }

  /// Whether jobs of a row of the entry table may start, as far as its paths go.
  func isOpen(_ entry: Int) -> Bool { entries.closure(of: entry) == nil }

  /// - Throws: `JobRefusal.entryClosed`.
  func requireOpen(_ entry: Int) throws(JobRefusal) {
    if case .missing(let why)? = entries.closure(of: entry) { throw .entryClosed(why) }
  }
}
