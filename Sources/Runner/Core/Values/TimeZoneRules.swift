/// Offsets of a time zone from UTC, as a list of changes.
package struct TimeZoneRules: Hashable, Sendable {
  /// A moment from which on another offset holds.
  package struct Transition: Hashable, Sendable {
    /// Seconds since 1970 began in UTC.
    package let time: Int64
    /// Seconds east of UTC from then on.
    package let offset: Int

    /// An offset that holds from `time` on.
    package init(time: Int64, offset: Int) {
      self.time = time
      self.offset = offset
    }
  }

  /// Name in the database of time zones.
  package let name: String
  /// Seconds east of UTC before the first change.
  private let firstOffset: Int
  /// In the order of their times.
  private let changes: [Transition]

  /// A zone whose changes are in the order of their times.
  package init(name: String, firstOffset: Int, changes: [Transition]) {
    self.name = name
    self.firstOffset = firstOffset
    self.changes = changes
  }

  /// Seconds east of UTC at a moment.
  package func offset(at time: Int64) -> Int {
    let index = firstIndex(after: time)
    return index == 0 ? firstOffset : changes[index - 1].offset
  }

  /// The first moment at which clocks show a local time, in seconds since 1970 began by the clocks
  /// of the zone; of one that they skip the moment at which they skip it.
  package func moment(ofLocal local: Int64) -> Int64 {
    // No offset is a day or more.
    let first = firstIndex(after: local - 86_400)
    var offset = first == 0 ? firstOffset : changes[first - 1].offset
    for change in changes[first...] where change.time <= local + 86_400 {
      let moment = local - Int64(offset)
      if moment < change.time { return moment }
      // Clocks go forward over it.
      if local - Int64(change.offset) < change.time { return change.time }
      offset = change.offset
    }
    return local - Int64(offset)
  }

  private func firstIndex(after time: Int64) -> Int {
    changes.partitioningIndex { $0.time > time }
  }
}
