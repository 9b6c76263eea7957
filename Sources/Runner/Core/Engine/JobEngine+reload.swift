/// Reload of the whitelist.
extension JobEngine {
  /// Replaces all entries. Running jobs are not affected; queued jobs run under the new entries, or
  /// are refused when they are launched.
  ///
  /// - Parameters:
  ///   - newEntries: in the order of the launcher; their indices follow those of the known entries.
  ///   - replaced: for each new entry the index of the known entry that it replaces, if any.
  ///   - activate: called between two requests: from then on the whitelist means the new entries.
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
    markUnknown(from: first)
    activate()
    startQueued()
  }

  /// The entry that replaces `entry` now, or `entry` itself.
  func currentEntry(for entry: Int) -> Int { replacements[entry] }
}
