/// Entries whose jobs cannot run at the moment, because paths that they need are not on the host:
/// queued jobs wait, new ones are refused.
extension JobEngine {
  /// Why no job of an entry starts.
  enum EntryClosure: Hashable {
    /// It is not known yet whether its paths are there.
    case unknown
    /// Which path is not there, and why.
    case missing(String)
  }

  /// Takes over what is known of the paths of an entry.
  ///
  /// - Parameters:
  ///   - entry: its index; one of an earlier generation counts for nothing.
  ///   - why: which path is not there, and why; empty where all are.
  ///   - number: counts up; what comes late counts for nothing.
  package func setClosure(of entry: Int, _ why: String, number: UInt64) {
    guard number > closureNumbers[entry] ?? 0 else { return }
    closureNumbers[entry] = number
    closures[entry] = why.isEmpty ? nil : .missing(why)
    startQueued()
  }

  /// Whether jobs of an entry may start, as far as its paths go.
  func isOpen(_ entry: Int) -> Bool { closures[currentEntry(for: entry)] == nil }

  /// - Throws: `JobRefusal.entryClosed`.
  func requireOpen(_ entry: Int) throws(JobRefusal) {
    if case .missing(let why)? = closures[currentEntry(for: entry)] { throw .entryClosed(why) }
  }

  /// Marks the entries from index `first` on of which nothing was heard yet.
  func markUnknown(from first: Int) {
    for entry in first..<entries.count
    where entries[entry].hasHostPaths && closureNumbers[entry] == nil {
      closures[entry] = .unknown
    }
  }
}
