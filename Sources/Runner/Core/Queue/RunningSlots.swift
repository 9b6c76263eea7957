/// How many jobs run, in all, of each entry and of each principal, held against the bounds. Entries
/// are rows of the `EntryTable`.
struct RunningSlots {
  /// The slots of one entry.
  private struct Share {
    /// Jobs at one time; nil for as many as there are slots.
    var slotsMax: Int?
    var inUse = 0
  }

  private let slotsMax: Int
  private(set) var inUse = 0
  private var shares: [Share] = []
  /// Jobs of each principal that has some.
  private var clients: [Principal: Int] = [:]

  /// - Parameter slotsMax: jobs of all entries at one time.
  init(slotsMax: Int) {
    self.slotsMax = slotsMax
  }

  /// Sets the limit of an entry, known or the next one; jobs that run already are counted against
  /// it.
  mutating func setLimit(_ slotsMax: Int?, of entry: Int) {
    if entry == shares.count { shares.append(Share()) }
    shares[entry].slotsMax = slotsMax
  }

  var hasFreeSlot: Bool { inUse < slotsMax }

  func hasFreeSlot(for entry: Int) -> Bool {
    let share = shares[entry]
    return hasFreeSlot && share.slotsMax.map { share.inUse < $0 } ?? true
  }

  /// Jobs of an entry that run.
  func inUse(of entry: Int) -> Int { shares[entry].inUse }

  /// Jobs of a principal that run.
  func inUse(of client: Principal) -> Int { clients[client] ?? 0 }

  mutating func acquire(_ entry: Int, for client: Principal) {
    inUse += 1
    shares[entry].inUse += 1
    clients[client, default: 0] += 1
  }

  mutating func release(_ entry: Int, of client: Principal) {
    inUse -= 1
    shares[entry].inUse -= 1
    let left = inUse(of: client) - 1
    clients[client] = left > 0 ? left : nil
  }
}
