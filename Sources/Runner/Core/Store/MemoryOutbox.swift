/// The outbox of a `MemoryStore`. A look-up costs the number of receivers with pending deliveries,
/// whatever is pending for each.
struct MemoryOutbox {
  private struct Entry {
    let url: String
    let receiver: String
    var state: CallbackState
    var since: Timestamp
    var tries = 0
    var attempts: [CallbackAttempt] = []
  }

  /// Due time of one delivery; out of date where the delivery is not scheduled for that time any
  /// more.
  private struct DueEntry: Comparable {
    let at: Timestamp
    let id: JobID

    static func < (one: DueEntry, other: DueEntry) -> Bool { one.at < other.at }
  }

  /// Pending deliveries of one receiver.
  private struct ReceiverQueue {
    var breaker = CircuitBreaker()
    var pendingCount = 0
    var dues = PriorityHeap<DueEntry>()
  }

  private var entries: [JobID: Entry] = [:]
  private var queues: [String: ReceiverQueue] = [:]
  private(set) var pendingCount = 0

  func isPending(_ id: JobID) -> Bool {
    if case .scheduled = entries[id]?.state { true } else { false }
  }

  /// Whether the limit of deliveries is reached, in all or for the receiver of `url`.
  func isFull(for url: String, _ promised: PromisedCallbacks) -> Bool {
    !OutboxLimits.haveRoom(
      pending: pendingCount,
      pendingToReceiver: queues[CallbackURL.origin(of: url)]?.pendingCount ?? 0, promised)
  }

  mutating func enqueue(_ id: JobID, _ url: String, at now: Timestamp) {
    let receiver = CallbackURL.origin(of: url)
    var entry =
      entries[id] ?? Entry(url: url, receiver: receiver, state: .scheduled(at: now), since: now)
    entry.state = .scheduled(at: now)
    entry.since = now
    entry.tries = 0
    entries[id] = entry
    pendingCount += 1
    queues[receiver, default: ReceiverQueue()].pendingCount += 1
    queues[receiver]?.dues.insert(DueEntry(at: now, id: id))
  }

  mutating func nextBatch(_ query: DeliveryBatchQuery) -> DeliveryBatch {
    var due = DeliveryBatch()
    var ready: [(at: Timestamp, receiver: String)] = []
    let inFlight = Set(query.inFlight.map(\.id))
    for receiver in Array(queues.keys) where !query.skipped.contains(receiver) {
      guard let at = readiness(of: receiver) else { continue }
      if at <= query.at {
        ready.append((at, receiver))
      } else {
        due.next = min(due.next ?? at, at)
      }
    }
    for (_, receiver) in ready.sorted(by: { $0.at < $1.at }) where due.callbacks.count < query.limit
    {
      let busy = query.inFlight.count { $0.receiver == receiver }
      let breaker = query.ignoresBreakers ? CircuitBreaker() : queues[receiver]?.breaker
      let most = breaker?.concurrencyLimit(within: query.perReceiver) ?? 0
      let room = min(most - busy, query.limit - due.callbacks.count)
      due.callbacks += collect(room, from: receiver, by: query.at, except: inFlight)
    }
    return due
  }

  /// Earliest time at which the receiver has something to deliver. Drops due times that are out of
  /// date.
  private mutating func readiness(of receiver: String) -> Timestamp? {
    while let first = queues[receiver]?.dues.first,
      entries[first.id]?.state != .scheduled(at: first.at)
    {
      _ = queues[receiver]?.dues.popFirst()
    }
    guard let queue = queues[receiver], let first = queue.dues.first else { return nil }
    return max(first.at, queue.breaker.openUntil ?? first.at)
  }

  private mutating func collect(
    _ room: Int, from receiver: String, by time: Timestamp, except inFlight: Set<JobID>
  ) -> [PendingDelivery] {
    var batch: [PendingDelivery] = []
    var seen: [DueEntry] = []
    while batch.count < room, let due = queues[receiver]?.dues.first, due.at <= time {
      _ = queues[receiver]?.dues.popFirst()
      guard let entry = entries[due.id], entry.state == .scheduled(at: due.at) else { continue }
      seen.append(due)
      guard !inFlight.contains(due.id) else { continue }
      batch.append(
        PendingDelivery(
          id: due.id, url: entry.url, receiver: receiver, tries: entry.tries,
          pendingSince: entry.since))
    }
    for due in seen { queues[receiver]?.dues.insert(due) }
    return batch
  }

  /// - Returns: whether the callback is settled now.
  mutating func record(
    _ attempt: CallbackAttempt, of callback: PendingDelivery, then state: CallbackState
  ) -> Bool {
    guard isPending(callback.id), var entry = entries[callback.id] else { return false }
    entry.tries += 1
    entry.attempts.append(attempt)
    entry.attempts.removeFirst(max(0, entry.attempts.count - CallbackAttempt.keptMax))
    entries[callback.id] = entry
    if let queue = queues[entry.receiver] {
      queues[entry.receiver]?.breaker = queue.breaker.recording(attempt.result, at: attempt.at)
    }
    return change(callback.id, to: state)
  }

  /// - Returns: whether the callback is settled now.
  private mutating func change(_ id: JobID, to state: CallbackState) -> Bool {
    guard let entry = entries[id] else { return false }
    entries[id]?.state = state
    if case .scheduled(let at) = state {
      queues[entry.receiver]?.dues.insert(DueEntry(at: at, id: id))
      return false
    }
    decrementPending(entry.receiver)
    return true
  }

  private mutating func decrementPending(_ receiver: String) {
    pendingCount -= 1
    queues[receiver]?.pendingCount -= 1
    if queues[receiver]?.pendingCount == 0 { queues[receiver] = nil }
  }

  /// - Returns: jobs whose callback is given up.
  mutating func expire(pendingBefore since: Timestamp, latest: Timestamp, at now: Timestamp)
    -> [JobID]
  {
    var givenUp: [JobID] = []
    for (id, entry) in entries {
      guard case .scheduled(let at) = entry.state else { continue }
      if queues[entry.receiver]?.breaker.isOpen == true, entry.since < since {
        _ = change(id, to: .givenUp)
        givenUp.append(id)
      } else if at > latest {
        _ = change(id, to: .scheduled(at: now))
      }
    }
    for (receiver, queue) in queues where queue.breaker.openUntil.map({ $0 > latest }) ?? false {
      queues[receiver]?.breaker.openUntil = now
    }
    return givenUp
  }

  func report(of job: Job) -> CallbackReport {
    let entry = entries[job.id]
    return CallbackReport(
      url: job.request.callback, state: entry.map { .known($0.state) } ?? .pending,
      attempts: entry?.attempts ?? [])
  }

  mutating func remove(_ id: JobID) {
    if isPending(id), let receiver = entries[id]?.receiver { decrementPending(receiver) }
    entries[id] = nil
  }
}
