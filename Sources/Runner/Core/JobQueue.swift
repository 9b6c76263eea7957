/// Jobs that wait, bounded in number and in bytes.
///
/// Clients take turns, however many jobs each has waiting; of one client's jobs the one with the
/// highest priority goes first, where an hour of waiting counts as much as a step of priority. So
/// nobody gains anything over others by asking for more, and no job starves.
///
/// Turns are start-time fair queuing (Goyal, Vin, Cheng 1996) with jobs of equal cost.
struct JobQueue {
  private struct Waiting: Comparable {
    let ticket: QueueTicket
    let id: JobID

    static func < (one: Waiting, other: Waiting) -> Bool { one.ticket < other.ticket }
  }

  /// Waiting jobs of each client, by entry.
  private var lines: [String: [Int: PriorityHeap<Waiting>]] = [:]
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
    let waiting = Waiting(ticket: ticket, id: id)
    lines[ticket.client, default: [:]][ticket.entry, default: PriorityHeap()].insert(waiting)
  }

  /// Takes a job out of the line that it is in, and gives up its place.
  mutating func remove(_ id: JobID, _ ticket: QueueTicket) {
    if removed.insert(id).inserted { giveBack(ticket) }
  }

  /// The next job among those of entries for which `mayRun` holds; it gives up its place.
  mutating func popFirst(where mayRun: (Int) -> Bool = { _ in true }) -> JobID? {
    var best: (waiting: Waiting, turn: UInt64)?
    for client in lines.keys {
      guard let waiting = first(of: client, where: mayRun) else { continue }
      let turn = max(turn, nextTurns[client] ?? 0)
      if let best, (best.turn, best.waiting.ticket.number) < (turn, waiting.ticket.number) {
        continue
      }
      best = (waiting, turn)
    }
    guard let best else { return nil }
    let ticket = best.waiting.ticket
    _ = lines[ticket.client]?[ticket.entry]?.popFirst()
    dropEmptyLines(of: ticket.client, ticket.entry)
    giveBack(ticket)
    serve(ticket.client, at: best.turn)
    return best.waiting.id
  }

  private mutating func first(of client: String, where mayRun: (Int) -> Bool) -> Waiting? {
    var best: Waiting?
    for entry in lines[client].map({ Array($0.keys) }) ?? [] where mayRun(entry) {
      while let first = lines[client]?[entry]?.first, removed.remove(first.id) != nil {
        _ = lines[client]?[entry]?.popFirst()
      }
      guard let first = lines[client]?[entry]?.first else {
        dropEmptyLines(of: client, entry)
        continue
      }
      if best.map({ first < $0 }) ?? true { best = first }
    }
    return best
  }

  private mutating func dropEmptyLines(of client: String, _ entry: Int) {
    if lines[client]?[entry]?.isEmpty == true { lines[client]?[entry] = nil }
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
