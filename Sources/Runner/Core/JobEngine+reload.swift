/// A fresh whitelist while the service runs.
extension JobEngine {
  /// Takes entries that take the place of all before them. Jobs that run go on as they are; jobs
  /// that wait run under the new ones, or are refused when their turn comes.
  ///
  /// - Parameters:
  ///   - fresh: in the launcher's order; they are numbered after those that are known.
  ///   - heirs: for each of them, the number of the known entry whose place it takes, if any.
  ///   - admit: called between two requests: from then on the whitelist means the new ones.
  package func reload(
    _ fresh: [EngineEntry], heirsOf heirs: [Int?], _ admit: @Sendable () -> Void
  ) {
    let first = entries.count
    for (index, entry) in fresh.enumerated() {
      entries.append(entry)
      slots.add(entry, heirOf: heirs[index])
    }
    successors = successors.map { old in
      heirs.firstIndex { $0 == old }.map { first + $0 } ?? old
    }
    successors += first..<entries.count
    admit()
    startWaiting()
  }

  /// The entry that is in the place of one now.
  func current(_ entry: Int) -> Int { successors[entry] }
}
