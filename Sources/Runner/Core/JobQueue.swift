/// Jobs that wait, bounded in number and in bytes.
///
/// Clients take turns, however many jobs each has waiting; of one client's jobs the one with the
/// highest priority goes first, where an hour of waiting counts as much as a step of priority. So
/// nobody gains anything over others by asking for more, and no job starves.
///
/// Turns are start-time fair queuing (Goyal, Vin, Cheng 1996) with jobs of equal cost. What is next
/// costs the logarithm of the number of clients, and a look at each entry.
struct JobQueue {
  private struct Waiting: Comparable {
    let ticket: QueueTicket
    let id: JobID

    static func < (one: Waiting, other: Waiting) -> Bool { one.ticket < other.ticket }
  }

  /// A client's claim to a turn of an entry. It may be out of date, but never too late: what is
  /// found at the top is held against what holds now.
  private struct Claim: Comparable {
    let turn: UInt64
    /// Among equal turns the claim that was made first goes first.
    let order: UInt64
    let client: String

    static func < (one: Claim, other: Claim) -> Bool {
      (one.turn, one.order) < (other.turn, other.order)
    }
  }

  /// Waiting jobs of each client, by entry. Each of these lines has one claim, and ends with it.
  private var lines: [String: [Int: PriorityHeap<Waiting>]] = [:]
  private var claims: [Int: PriorityHeap<Claim>] = [:]
  private var lastOrder: UInt64 = 0
  /// Jobs that were taken out and are still in a line.
  private var removed: Set<JobID> = []
  /// The turn of whoever was served last.
  private var turn: UInt64 = 0
  /// When the next turn of a client is, where that is not now.
  private var nextTurns: [String: UInt64] = [:]
  /// Places that are taken, by jobs in line and by tickets whose job is not in line yet.
  private(set) var count = 0
  private(set) var bytes = 0

  /// Takes a place.
  ///
  /// - Returns: false when the queue is full.
  mutating func take(_ ticket: QueueTicket, limits: EngineLimits) -> Bool {
    guard count < limits.queuedMax, bytes + ticket.bytes <= limits.queuedBytesMax else {
      return false
    }
    takeAnyway(ticket)
    return true
  }

  /// Takes a place for a job that was accepted by an earlier process, whatever the bounds are now.
  mutating func takeAnyway(_ ticket: QueueTicket) {
    count += 1
    bytes += ticket.bytes
  }

  /// Gives up a place whose job never came, or left.
  mutating func giveBack(_ ticket: QueueTicket) {
    count -= 1
    bytes -= ticket.bytes
  }

  /// The job of a ticket is in line from now on.
  mutating func append(_ id: JobID, _ ticket: QueueTicket) {
    // A job that was taken out and comes back must not be taken for the one that is gone.
    if removed.contains(id) { forgetRemoved() }
    append(Waiting(ticket: ticket, id: id))
  }

  private mutating func append(_ waiting: Waiting) {
    let ticket = waiting.ticket
    if lines[ticket.client]?[ticket.entry] == nil { claim(ticket.entry, for: ticket.client) }
    lines[ticket.client, default: [:]][ticket.entry, default: PriorityHeap()].insert(waiting)
  }

  /// Takes a job out of the line that it is in, and gives up its place.
  mutating func remove(_ id: JobID, _ ticket: QueueTicket) {
    guard removed.insert(id).inserted else { return }
    giveBack(ticket)
    // Else who submits and cancels again and again behind a job that never runs fills the memory.
    if removed.count > 64, removed.count > count { forgetRemoved() }
  }

  /// Makes all lines anew without the jobs that were taken out: as dear as all that is left, and
  /// so done when as many are gone.
  private mutating func forgetRemoved() {
    let old = lines.values.flatMap(\.values).flatMap(\.unordered).filter {
      !removed.contains($0.id)
    }
    lines = [:]
    claims = [:]
    removed = []
    for waiting in old.sorted(by: { $0.ticket.number < $1.ticket.number }) { append(waiting) }
  }

  /// Things that it holds beside the jobs that wait, those included.
  var footprint: Int {
    removed.count + nextTurns.count + claims.values.reduce(0) { $0 + $1.unordered.count }
      + lines.values.lazy.flatMap(\.values).reduce(0) { $0 + $1.unordered.count }
  }

  /// When the job that waits longest came; nil where none waits. Looks at each of them.
  var oldestArrival: Int64? {
    lines.values.lazy.flatMap(\.values).flatMap(\.unordered)
      .filter { removed.isEmpty || !removed.contains($0.id) }.map(\.ticket.arrival).min()
  }

  /// The next job among those of entries for which `mayRun` holds; it gives up its place.
  mutating func popFirst(where mayRun: (Int) -> Bool = { _ in true }) -> JobID? {
    var best: Claim?
    for entry in Array(claims.keys) where mayRun(entry) {
      guard let claim = firstClaim(of: entry) else { continue }
      if best.map({ claim < $0 }) ?? true { best = claim }
    }
    guard let best, let waiting = takeFirst(of: best.client, where: mayRun) else { return nil }
    giveBack(waiting.ticket)
    serve(best.client, at: best.turn)
    return waiting.id
  }

  private mutating func claim(_ entry: Int, for client: String) {
    lastOrder += 1
    claims[entry, default: PriorityHeap()].insert(
      Claim(turn: turnNow(of: client), order: lastOrder, client: client))
  }

  private func turnNow(of client: String) -> UInt64 { max(turn, nextTurns[client] ?? 0) }

  /// The claim of an entry that is next, up to date.
  private mutating func firstClaim(of entry: Int) -> Claim? {
    while let claim = claims[entry]?.first {
      dropRemoved(claim.client, entry)
      let isEmpty = lines[claim.client]?[entry]?.isEmpty ?? true
      if !isEmpty, claim.turn == turnNow(of: claim.client) { return claim }
      _ = claims[entry]?.popFirst()
      if isEmpty { end(claim.client, entry) } else { self.claim(entry, for: claim.client) }
    }
    claims[entry] = nil
    return nil
  }

  private mutating func takeFirst(
    of client: String, where mayRun: (Int) -> Bool
  ) -> Waiting? {
    var best: Waiting?
    for entry in lines[client].map({ Array($0.keys) }) ?? [] where mayRun(entry) {
      dropRemoved(client, entry)
      guard let first = lines[client]?[entry]?.first else { continue }
      if best.map({ first < $0 }) ?? true { best = first }
    }
    guard let best else { return nil }
    _ = lines[client]?[best.ticket.entry]?.popFirst()
    return best
  }

  private mutating func dropRemoved(_ client: String, _ entry: Int) {
    guard !removed.isEmpty else { return }
    while let first = lines[client]?[entry]?.first, removed.remove(first.id) != nil {
      _ = lines[client]?[entry]?.popFirst()
    }
  }

  private mutating func end(_ client: String, _ entry: Int) {
    lines[client]?[entry] = nil
    if lines[client]?.isEmpty == true { lines[client] = nil }
  }

  /// Turns that are over are nobody's debt any more, so they are not kept.
  private mutating func serve(_ client: String, at turn: UInt64) {
    if turn > self.turn {
      self.turn = turn
      nextTurns = nextTurns.filter { $0.value > turn }
    }
    nextTurns[client] = turn + 1
  }
}
