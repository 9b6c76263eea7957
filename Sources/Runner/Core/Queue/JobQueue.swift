/// The queue of waiting jobs, bounded in count and in bytes.
///
/// Scheduling is start-time fair queuing (Goyal, Vin, Cheng 1996) over clients, with jobs of equal
/// cost: each client gets an equal share, however many jobs it submits. Among the jobs of one
/// client the highest priority goes first; an hour of waiting counts as much as one step of
/// priority, so no job starves.
///
/// The turns of a client that is at its quota of running jobs are held until one of its jobs ends,
/// so that they cost others nothing.
///
/// Taking the next job costs the logarithm of the number of clients, and one check for each entry.
struct JobQueue {
  struct QueuedJob: Comparable {
    let reservation: QueueReservation
    let id: JobID

    static func < (one: QueuedJob, other: QueuedJob) -> Bool { one.reservation < other.reservation }
  }

  /// A client's next turn for one entry. Its start tag may be out of date, but is never too high:
  /// the entry at the top of the heap is compared with the current tag before it is used.
  struct Turn: Comparable {
    let startTag: UInt64
    /// Creation order: among equal start tags the oldest turn goes first.
    let order: UInt64
    let client: Principal

    static func < (one: Turn, other: Turn) -> Bool {
      (one.startTag, one.order) < (other.startTag, other.order)
    }
  }

  /// Waiting jobs by client and entry. Each of these queues has exactly one turn, in a heap or
  /// held, which is removed with it.
  private(set) var clientQueues: [Principal: [Int: PriorityHeap<QueuedJob>]] = [:]
  private(set) var turns: [Int: PriorityHeap<Turn>] = [:]
  /// Entries of the turns that are held, by their clients.
  private(set) var heldTurns: [Principal: Set<Int>] = [:]
  /// The jobs of each client that has some, without those that were removed.
  private(set) var orders: [Principal: WaitingOrder] = [:]
  private var lastOrder: UInt64 = 0
  /// Removed jobs that are still in a queue (tombstones).
  private(set) var removed: Set<JobID> = []
  /// Virtual time: the start tag of the job that was taken last.
  private var virtualTime: UInt64 = 0
  /// Start tag of the next job of each client, where it is above the virtual time.
  private(set) var nextStartTags: [Principal: UInt64] = [:]
  /// Reserved capacity in jobs: of queued jobs, and of reservations whose job is not queued yet.
  private(set) var count = 0
  private(set) var bytes = 0
  /// The same in jobs, of each client that has some.
  private var counts: [Principal: Int] = [:]

  /// Reserved capacity of a client, in jobs.
  func count(of client: Principal) -> Int { counts[client] ?? 0 }

  /// Reserves capacity.
  ///
  /// - Returns: false when the queue is full.
  mutating func reserve(_ reservation: QueueReservation, limits: EngineLimits) -> Bool {
    guard count < limits.queuedMax, bytes + reservation.bytes <= limits.queuedBytesMax else {
      return false
    }
    reserveUnbounded(reservation)
    return true
  }

  /// Reserves capacity for a job that an earlier process accepted, whatever the limits are now.
  mutating func reserveUnbounded(_ reservation: QueueReservation) {
    count += 1
    bytes += reservation.bytes
    counts[reservation.client, default: 0] += 1
  }

  /// Releases the capacity of a job that left the queue, or never entered it.
  mutating func release(_ reservation: QueueReservation) {
    count -= 1
    bytes -= reservation.bytes
    let left = count(of: reservation.client) - 1
    counts[reservation.client] = left > 0 ? left : nil
  }

  /// Queues the job of a reservation.
  mutating func append(_ id: JobID, _ reservation: QueueReservation) {
    // A job that was removed and is queued again must not match its own tombstone.
    if removed.contains(id) { compact() }
    append(QueuedJob(reservation: reservation, id: id))
  }

  private mutating func append(_ waiting: QueuedJob) {
    let reservation = waiting.reservation
    if clientQueues[reservation.client]?[reservation.entry] == nil {
      addTurn(reservation.entry, for: reservation.client)
    }
    clientQueues[reservation.client, default: [:]][reservation.entry, default: PriorityHeap()]
      .insert(waiting)
    orders[reservation.client, default: WaitingOrder()].insert(reservation)
  }

  /// Gives a queued job another place among those of its client: its queue alone is built anew, and
  /// turns stay. It costs the logarithm of that queue's length for each of its jobs.
  mutating func move(_ id: JobID, to reservation: QueueReservation) {
    guard
      let old = clientQueues[reservation.client]?[reservation.entry]?.unordered,
      old.contains(where: { $0.id == id })
    else { return }
    var queue = PriorityHeap<QueuedJob>()
    for waiting in old {
      guard waiting.id == id else {
        queue.insert(waiting)
        continue
      }
      queue.insert(QueuedJob(reservation: reservation, id: id))
      orders[reservation.client]?.remove(waiting.reservation)
      orders[reservation.client]?.insert(reservation)
    }
    clientQueues[reservation.client]?[reservation.entry] = queue
  }

  /// Removes a queued job, and releases its capacity.
  mutating func remove(_ id: JobID, _ reservation: QueueReservation) {
    guard removed.insert(id).inserted else { return }
    release(reservation)
    removeFromOrder(reservation)
    // Bounds the tombstones: a client that submits and cancels behind a job that never runs would
    // fill the memory.
    if removed.count > 64, removed.count > count { compact() }
  }

  /// Rebuilds all queues without tombstones. It costs as much as all that is left, so it runs only
  /// when as many jobs were removed.
  private mutating func compact() {
    let old = clientQueues.values.flatMap(\.values).flatMap(\.unordered).filter {
      !removed.contains($0.id)
    }
    clientQueues = [:]
    turns = [:]
    heldTurns = [:]
    orders = [:]
    removed = []
    for waiting in old.sorted(by: { $0.reservation.sequence < $1.reservation.sequence }) {
      append(waiting)
    }
  }

  /// Arrival of the job that has waited longest; nil where none waits. Scans all queued jobs.
  var oldestArrival: Int64? {
    clientQueues.values.lazy.flatMap(\.values).flatMap(\.unordered)
      .filter { removed.isEmpty || !removed.contains($0.id) }.map(\.reservation.arrival).min()
  }

  /// Entries that may have queued jobs.
  var entries: some Collection<Int> { turns.keys }

  /// Calls `body` with each client and entry that has queued jobs, and with their number: what is
  /// only reserved is not counted.
  func forEachQueue(_ body: (Principal, Int, Int) -> Void) {
    for (client, queues) in clientQueues {
      for (entry, heap) in queues {
        let count =
          removed.isEmpty
          ? heap.count : heap.unordered.count { !removed.contains($0.id) }
        if count > 0 { body(client, entry, count) }
      }
    }
  }

  /// Takes the next job among those of entries for which `mayRun` holds, and releases its capacity.
  ///
  /// - Parameter isHeld: whether no job of a client may start; its turns come back by
  ///   `releaseTurns(of:)`.
  mutating func popFirst(
    where mayRun: (Int) -> Bool = { _ in true },
    holding isHeld: (Principal) -> Bool = { _ in false }
  ) -> JobID? {
    var best: Turn?
    for entry in Array(turns.keys) where mayRun(entry) {
      guard let turn = firstTurn(of: entry, holding: isHeld) else { continue }
      if best.map({ turn < $0 }) ?? true { best = turn }
    }
    guard let best, let waiting = popBest(of: best.client, where: mayRun) else { return nil }
    release(waiting.reservation)
    removeFromOrder(waiting.reservation)
    serve(best.client, at: best.startTag)
    return waiting.id
  }

  /// Lets the jobs of a client take part again.
  mutating func releaseTurns(of client: Principal) {
    // In one order, so that what is next does not depend on hashes.
    for entry in heldTurns.removeValue(forKey: client)?.sorted() ?? [] {
      addTurn(entry, for: client)
    }
  }

  /// Lets the jobs of all clients take part again: their quotas may have changed.
  mutating func releaseAllTurns() {
    for client in heldTurns.keys.sorted(by: { $0.name < $1.name }) { releaseTurns(of: client) }
  }

  private mutating func addTurn(_ entry: Int, for client: Principal) {
    lastOrder += 1
    turns[entry, default: PriorityHeap()].insert(
      Turn(startTag: startTag(of: client), order: lastOrder, client: client))
  }

  private mutating func removeFromOrder(_ reservation: QueueReservation) {
    orders[reservation.client]?.remove(reservation)
    if orders[reservation.client]?.count == 0 { orders[reservation.client] = nil }
  }

  /// The start tag of a client's next job.
  func startTag(of client: Principal) -> UInt64 {
    max(virtualTime, nextStartTags[client] ?? 0)
  }

  /// The next turn of an entry, with a current start tag.
  private mutating func firstTurn(of entry: Int, holding isHeld: (Principal) -> Bool) -> Turn? {
    while let turn = turns[entry]?.first {
      let client = turn.client
      dropRemoved(client, entry)
      let isEmpty = clientQueues[client]?[entry]?.isEmpty ?? true
      let holds = !isEmpty && isHeld(client)
      if !isEmpty, !holds, turn.startTag == startTag(of: client) { return turn }
      _ = turns[entry]?.popFirst()
      if isEmpty {
        removeQueue(client, entry)
      } else if holds {
        heldTurns[client, default: []].insert(entry)
      } else {
        addTurn(entry, for: client)
      }
    }
    turns[entry] = nil
    return nil
  }

  private mutating func popBest(
    of client: Principal, where mayRun: (Int) -> Bool
  ) -> QueuedJob? {
    var best: QueuedJob?
    for entry in clientQueues[client].map({ Array($0.keys) }) ?? [] where mayRun(entry) {
      dropRemoved(client, entry)
      guard let first = clientQueues[client]?[entry]?.first else { continue }
      if best.map({ first < $0 }) ?? true { best = first }
    }
    guard let best else { return nil }
    _ = clientQueues[client]?[best.reservation.entry]?.popFirst()
    return best
  }

  private mutating func dropRemoved(_ client: Principal, _ entry: Int) {
    guard !removed.isEmpty else { return }
    while let first = clientQueues[client]?[entry]?.first, removed.remove(first.id) != nil {
      _ = clientQueues[client]?[entry]?.popFirst()
    }
  }

  private mutating func removeQueue(_ client: Principal, _ entry: Int) {
    clientQueues[client]?[entry] = nil
    if clientQueues[client]?.isEmpty == true { clientQueues[client] = nil }
  }

  /// Advances the virtual time, and drops start tags that it has passed.
  private mutating func serve(_ client: Principal, at startTag: UInt64) {
    if startTag > virtualTime {
      virtualTime = startTag
      nextStartTags = nextStartTags.filter { $0.value > startTag }
    }
    nextStartTags[client] = startTag + 1
  }
}
