/// How many jobs run, in all and of each entry, held against the bounds.
struct RunningSlots {
  private let slotsMax: Int
  private(set) var inUse = 0
  /// Which count an entry has: that of the one that it took the place of, if it did.
  private var groupOf: [Int] = []
  private var slotsMaxOf: [Int?] = []
  private var inUseOf: [Int] = []

  init(slotsMax: Int, entries: [EngineEntry]) {
    self.slotsMax = slotsMax
    for entry in entries { add(entry, replacing: nil) }
  }

  /// Adds the next entry.
  ///
  /// - Parameter old: whose place it takes: jobs of both are counted together, by the new bound.
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

  mutating func acquire(_ entry: Int) {
    inUse += 1
    inUseOf[groupOf[entry]] += 1
  }

  mutating func release(_ entry: Int) {
    inUse -= 1
    inUseOf[groupOf[entry]] -= 1
  }
}
