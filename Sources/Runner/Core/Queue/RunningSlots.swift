/// How many jobs run, in all, of each entry, pool and principal, held against the bounds. Entries
/// are rows of the `EntryTable`.
struct RunningSlots {
  /// The slots of one entry.
  private struct Share {
    /// Jobs at one time; nil for as many as there are slots.
    var slotsMax: Int?
    var inUse = 0
    /// Name of its pool; nil for none.
    var pool: String?
  }

  private let slotsMax: Int
  private(set) var inUse = 0
  private var shares: [Share] = []
  /// Slots of each pool, and how many are in use.
  private var pools: [String: Share] = [:]
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

  /// Sets the pool of an entry that has a limit; jobs that run already are counted against it.
  mutating func setPool(_ pool: String?, slots: Int?, of entry: Int) {
    if shares[entry].pool != pool {
      if let old = shares[entry].pool { pools[old]?.inUse -= shares[entry].inUse }
      if let pool { pools[pool, default: Share()].inUse += shares[entry].inUse }
      shares[entry].pool = pool
    }
    if let pool { pools[pool, default: Share()].slotsMax = slots }
  }

  var hasFreeSlot: Bool { inUse < slotsMax }

  /// Slots that are free.
  var freeCount: Int { max(0, slotsMax - inUse) }

  func hasFreeSlot(for entry: Int) -> Bool {
    hasFreeSlot && hasFreeShare(for: entry) && hasFreePool(for: entry)
  }

  /// Whether the entry's own limit admits one more.
  func hasFreeShare(for entry: Int) -> Bool { Self.isFree(shares[entry]) }

  /// Whether the pool of the entry admits one more.
  func hasFreePool(for entry: Int) -> Bool {
    shares[entry].pool.flatMap { pools[$0] }.map(Self.isFree) ?? true
  }

  private static func isFree(_ share: Share) -> Bool {
    share.slotsMax.map { share.inUse < $0 } ?? true
  }

  /// Principals that have jobs that run.
  var principals: [Principal] { Array(clients.keys) }

  /// Jobs of an entry that run.
  func inUse(of entry: Int) -> Int { shares[entry].inUse }

  /// Jobs of a principal that run.
  func inUse(of client: Principal) -> Int { clients[client] ?? 0 }

  mutating func acquire(_ entry: Int, for client: Principal) {
    inUse += 1
    shares[entry].inUse += 1
    if let pool = shares[entry].pool { pools[pool]?.inUse += 1 }
    clients[client, default: 0] += 1
  }

  mutating func release(_ entry: Int, of client: Principal) {
    inUse -= 1
    shares[entry].inUse -= 1
    if let pool = shares[entry].pool { pools[pool]?.inUse -= 1 }
    let left = inUse(of: client) - 1
    clients[client] = left > 0 ? left : nil
  }
}
