/// How many jobs run, in all and of each entry, held against the bounds.
struct RunningSlots {
  private let most: Int
  private let mostOf: [Int?]
  private(set) var taken = 0
  private var takenOf: [Int]

  init(most: Int, entries: [EngineEntry]) {
    self.most = most
    self.mostOf = entries.map(\.runningMax)
    self.takenOf = Array(repeating: 0, count: entries.count)
  }

  var hasRoom: Bool { taken < most }

  func hasRoom(for entry: Int) -> Bool {
    hasRoom && mostOf[entry].map { takenOf[entry] < $0 } ?? true
  }

  mutating func take(_ entry: Int) {
    taken += 1
    takenOf[entry] += 1
  }

  mutating func give(_ entry: Int) {
    taken -= 1
    takenOf[entry] -= 1
  }
}
