/// A newEntries whitelist while the service runs.
extension JobEngine {
  /// Takes entries that take the place of all before them. Jobs that run go on as they are; jobs
  /// that wait run under the new ones, or are refused when their turn comes.
  ///
  /// - Parameters:
  ///   - newEntries: in the launcher's order; they are numbered after those that are known.
  ///   - replaced: for each of them, the number of the known entry whose place it takes, if any.
  ///   - activate: called between two requests: from then on the whitelist means the new ones.
  package func reload(
    _ newEntries: [EngineEntry], replacing replaced: [Int?], _ activate: @Sendable () -> Void
  ) {
    let first = entries.count
    for (index, entry) in newEntries.enumerated() {
      entries.append(entry)
      slots.add(entry, replacing: replaced[index])
    }
    replacements = replacements.map { old in
      replaced.firstIndex { $0 == old }.map { first + $0 } ?? old
    }
    replacements += first..<entries.count
    activate()
    startQueued()
  }

  /// The entry that is in the place of one now.
  func currentEntry(for entry: Int) -> Int { replacements[entry] }
}
