/// How many jobs run, in all and of each entry, held against the bounds.
struct RunningSlots {
  private let most: Int
  private(set) var taken = 0
  /// Which count an entry has: that of the one that it took the place of, if it did.
  private var groupOf: [Int] = []
  private var mostOf: [Int?] = []
  private var takenOf: [Int] = []

  init(most: Int, entries: [EngineEntry]) {
    self.most = most
    for entry in entries { add(entry, heirOf: nil) }
  }

  /// Adds the next entry.
  ///
  /// - Parameter old: whose place it takes: jobs of both are counted together, by the new bound.
  mutating func add(_ entry: EngineEntry, heirOf old: Int?) {
    guard let old else {
      groupOf.append(mostOf.count)
      mostOf.append(entry.runningMax)
      takenOf.append(0)
      return
    }
    groupOf.append(groupOf[old])
    mostOf[groupOf[old]] = entry.runningMax
  }

  var hasRoom: Bool { taken < most }

  func hasRoom(for entry: Int) -> Bool {
    let group = groupOf[entry]
    return hasRoom && mostOf[group].map { takenOf[group] < $0 } ?? true
  }

  mutating func take(_ entry: Int) {
    taken += 1
    takenOf[groupOf[entry]] += 1
  }

  mutating func give(_ entry: Int) {
    taken -= 1
    takenOf[groupOf[entry]] -= 1
  }
}
