/// Jobs that wait, bounded in number and in bytes.
///
/// Clients take turns, however many jobs each has waiting; of one client's jobs the one with the
/// highest priority goes first, where an hour of waiting counts as much as a step of priority. So
/// nobody gains anything over others by asking for more, and no job starves.
///
/// Turns are start-time fair queuing (Goyal, Vin, Cheng 1996) with jobs of equal cost. What is next
/// costs the logarithm of the number of clients, and a look at each entry.
struct JobQueue {
  private struct QueuedJob: Comparable {
    let reservation: QueueReservation
    let id: JobID

    static func < (one: QueuedJob, other: QueuedJob) -> Bool { one.reservation < other.reservation }
  }

  /// A client's claim to a turn of an entry. It may be out of date, but never too late: what is
  /// found at the top is held against what holds now.
  private struct Turn: Comparable {
    let startTag: UInt64
    /// Among equal turns the claim that was made first goes first.
    let order: UInt64
    let client: String

    static func < (one: Turn, other: Turn) -> Bool {
      (one.startTag, one.order) < (other.startTag, other.order)
    }
  }

  /// QueuedJob jobs of each client, by entry. Each of these clientQueues has one claim, and ends with it.
  private var clientQueues: [String: [Int: PriorityHeap<QueuedJob>]] = [:]
  private var turns: [Int: PriorityHeap<Turn>] = [:]
  private var lastOrder: UInt64 = 0
  /// Jobs that were taken out and are still in a line.
  private var removed: Set<JobID> = []
  /// The turn of whoever was served last.
  private var virtualTime: UInt64 = 0
  /// When the next turn of a client is, where that is not now.
  private var nextStartTags: [String: UInt64] = [:]
  /// Places that are taken, by jobs in line and by tickets whose job is not in line yet.
  private(set) var count = 0
  private(set) var bytes = 0

  /// Takes a place.
  ///
  /// - Returns: false when the queue is full.
  mutating func reserve(_ reservation: QueueReservation, limits: EngineLimits) -> Bool {
    guard count < limits.queuedMax, bytes + reservation.bytes <= limits.queuedBytesMax else {
      return false
    }
    reserveUnbounded(reservation)
    return true
  }

  /// Takes a place for a job that was accepted by an earlier process, whatever the bounds are now.
  mutating func reserveUnbounded(_ reservation: QueueReservation) {
    count += 1
    bytes += reservation.bytes
  }

  /// Gives up a place whose job never came, or left.
  mutating func release(_ reservation: QueueReservation) {
    count -= 1
    bytes -= reservation.bytes
  }

  /// The job of a reservation is in line from now on.
  mutating func append(_ id: JobID, _ reservation: QueueReservation) {
    // A job that was taken out and comes back must not be taken for the one that is gone.
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
  }

  /// Takes a job out of the line that it is in, and gives up its place.
  mutating func remove(_ id: JobID, _ reservation: QueueReservation) {
    guard removed.insert(id).inserted else { return }
    release(reservation)
    // Else who submits and cancels again and again behind a job that never runs fills the memory.
    if removed.count > 64, removed.count > count { compact() }
  }

  /// Makes all clientQueues anew without the jobs that were taken out: as dear as all that is left, and
  /// so done when as many are gone.
  private mutating func compact() {
    let old = clientQueues.values.flatMap(\.values).flatMap(\.unordered).filter {
      !removed.contains($0.id)
    }
    clientQueues = [:]
    turns = [:]
    removed = []
    for waiting in old.sorted(by: { $0.reservation.sequence < $1.reservation.sequence }) {
      append(waiting)
    }
  }

  /// Things that it holds beside the jobs that wait, those included.
  var elementCount: Int {
    removed.count + nextStartTags.count + turns.values.reduce(0) { $0 + $1.unordered.count }
      + clientQueues.values.lazy.flatMap(\.values).reduce(0) { $0 + $1.unordered.count }
  }

  /// When the job that waits longest came; nil where none waits. Looks at each of them.
  var oldestArrival: Int64? {
    clientQueues.values.lazy.flatMap(\.values).flatMap(\.unordered)
      .filter { removed.isEmpty || !removed.contains($0.id) }.map(\.reservation.arrival).min()
  }

  /// The next job among those of entries for which `mayRun` holds; it gives up its place.
  mutating func popFirst(where mayRun: (Int) -> Bool = { _ in true }) -> JobID? {
    var best: Turn?
    for entry in Array(turns.keys) where mayRun(entry) {
      guard let turn = firstTurn(of: entry) else { continue }
      if best.map({ turn < $0 }) ?? true { best = turn }
    }
    guard let best, let waiting = popBest(of: best.client, where: mayRun) else { return nil }
    release(waiting.reservation)
    serve(best.client, at: best.startTag)
    return waiting.id
  }

  private mutating func addTurn(_ entry: Int, for client: String) {
    lastOrder += 1
    turns[entry, default: PriorityHeap()].insert(
      Turn(startTag: startTag(of: client), order: lastOrder, client: client))
  }

  private func startTag(of client: String) -> UInt64 {
    max(virtualTime, nextStartTags[client] ?? 0)
  }

  /// The claim of an entry that is next, up to date.
  private mutating func firstTurn(of entry: Int) -> Turn? {
    while let turn = turns[entry]?.first {
      dropRemoved(turn.client, entry)
      let isEmpty = clientQueues[turn.client]?[entry]?.isEmpty ?? true
      if !isEmpty, turn.startTag == startTag(of: turn.client) { return turn }
      _ = turns[entry]?.popFirst()
      if isEmpty { removeQueue(turn.client, entry) } else { addTurn(entry, for: turn.client) }
    }
    turns[entry] = nil
    return nil
  }

  private mutating func popBest(
    of client: String, where mayRun: (Int) -> Bool
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

  private mutating func dropRemoved(_ client: String, _ entry: Int) {
    guard !removed.isEmpty else { return }
    while let first = clientQueues[client]?[entry]?.first, removed.remove(first.id) != nil {
      _ = clientQueues[client]?[entry]?.popFirst()
    }
  }

  private mutating func removeQueue(_ client: String, _ entry: Int) {
    clientQueues[client]?[entry] = nil
    if clientQueues[client]?.isEmpty == true { clientQueues[client] = nil }
  }

  /// Turns that are over are nobody's debt any more, so they are not kept.
  private mutating func serve(_ client: String, at startTag: UInt64) {
    if startTag > virtualTime {
      virtualTime = startTag
      nextStartTags = nextStartTags.filter { $0.value > startTag }
    }
    nextStartTags[client] = startTag + 1
  }
}
