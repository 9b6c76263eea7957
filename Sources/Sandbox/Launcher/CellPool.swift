/// Cells that stand ready, by kind, and launches that wait for one.
struct CellPool {
  /// A launch that came when no cell was ready.
  struct Waiting {
    let request: LaunchRequest
    let stdio: JobDescriptors
    /// Whether a cell failed it before.
    let isRetry: Bool
  }

  private struct Shelf {
    var idle: [Cell] = []
    /// Asked for and not yet there.
    var ordered = 0
    /// How many of those are of no use any more when they come.
    var stale = 0
    /// How many should be ready. It grows when a launch has to wait.
    var wanted = 1
    var waiting = FirstInFirstOut<Waiting>()
    /// Milliseconds of the monotonic clock when a launch was last here.
    var lastUse: Int64 = 0
  }

  private var shelves: [Shelf] = []

  /// Ready cells of one kind at most: each is a sleeping process of some 100 KiB.
  private static let wantedMax = 16
  /// A kind that nobody used for so long goes back to one ready cell.
  private static let restMilliseconds: Int64 = 60_000

  mutating func addKinds(_ count: Int) {
    while shelves.count < count { shelves.append(Shelf()) }
  }

  /// A ready cell, or nil; then the launch has to wait.
  mutating func take(_ kind: Int, now: Int64) -> Cell? {
    shelves[kind].lastUse = now
    return shelves[kind].waiting.isEmpty ? shelves[kind].idle.popLast() : nil
  }

  /// Puts a launch in line.
  mutating func wait(_ waiting: Waiting, for kind: Int) {
    shelves[kind].waiting.append(waiting)
    shelves[kind].wanted = min(shelves[kind].wanted * 2, Self.wantedMax)
  }

  /// Takes a launch out of the line.
  mutating func remove(_ number: UInt64) -> Waiting? {
    for kind in shelves.indices {
      if let found = shelves[kind].waiting.removeFirst(where: { $0.request.number == number }) {
        return found
      }
    }
    return nil
  }

  /// Takes every launch out of the lines.
  mutating func removeWaiting() -> [Waiting] {
    var all: [Waiting] = []
    for kind in shelves.indices {
      while let next = shelves[kind].waiting.popFirst() { all.append(next) }
    }
    return all
  }

  /// Nobody will ask for this kind again.
  mutating func forget(_ kind: Int) {
    discard(kind)
    shelves[kind].wanted = 0
  }

  func isWaiting(_ number: UInt64) -> Bool {
    shelves.contains { $0.waiting.contains { $0.request.number == number } }
  }

  /// A cell came, or its making failed.
  ///
  /// - Returns: the launch that waited longest, if any did.
  mutating func arrived(_ cell: Cell?, kind: Int) -> Waiting? {
    shelves[kind].ordered -= 1
    if shelves[kind].stale > 0 {
      shelves[kind].stale -= 1
      return nil
    }
    if let next = shelves[kind].waiting.popFirst() { return next }
    if let cell { shelves[kind].idle.append(cell) }
    return nil
  }

  /// How many cells of a kind have to be ordered now; they count as ordered.
  mutating func order(_ kind: Int) -> Int {
    let shelf = shelves[kind]
    let coming = shelf.idle.count + shelf.ordered - shelf.stale
    let count = shelf.wanted + shelf.waiting.count - coming
    guard count > 0 else { return 0 }
    shelves[kind].ordered += count
    return count
  }

  /// Cells that show an entry's old file are of no use: those that are ready, and those on the way.
  mutating func discard(_ kind: Int) {
    shelves[kind].idle = []
    shelves[kind].stale = shelves[kind].ordered
  }

  /// Lets go of what has not been used for a while.
  mutating func rest(now: Int64) {
    for kind in shelves.indices
    where shelves[kind].wanted > 1 && now - shelves[kind].lastUse > Self.restMilliseconds {
      shelves[kind].wanted = 1
      shelves[kind].idle.removeFirst(max(0, shelves[kind].idle.count - 1))
    }
  }
}
