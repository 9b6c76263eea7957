/// How many jobs run, in all and of each entry, held against the bounds.
struct RunningSlots {
  private let slotsMax: Int
  private(set) var inUse = 0
  /// Slot group of each entry: an entry that replaces another one shares the group of its
  /// predecessor.
  private var groupOf: [Int] = []
  private var slotsMaxOf: [Int?] = []
  private var inUseOf: [Int] = []

  init(slotsMax: Int, entries: [EngineEntry]) {
    self.slotsMax = slotsMax
    for entry in entries { add(entry, replacing: nil) }
  }

  /// Adds the next entry.
  ///
  /// - Parameter old: the entry that it replaces, if any: running jobs of both are counted
  ///   together, against the new limit.
  mutating func add(_ entry: EngineEntry, replacing old: Int?) {
    guard let old else {
      groupOf.append(slotsMaxOf.count)
      slotsMaxOf.append(entry.runningMax)
      inUseOf.append(0)
      return
    }
    groupOf.append(groupOf[old])
    slotsMaxOf[groupOf[old]] = entry.runningMax
  }

  var hasFreeSlot: Bool { inUse < slotsMax }

  func hasFreeSlot(for entry: Int) -> Bool {
    let group = groupOf[entry]
    return hasFreeSlot && slotsMaxOf[group].map { inUseOf[group] < $0 } ?? true
  }

  /// Jobs that run of an entry, and of those that it replaced.
  func inUse(of entry: Int) -> Int { inUseOf[groupOf[entry]] }

  mutating func acquire(_ entry: Int) {
    inUse += 1
    inUseOf[groupOf[entry]] += 1
  }

  mutating func release(_ entry: Int) {
    inUse -= 1
    inUseOf[groupOf[entry]] -= 1
  }
}
