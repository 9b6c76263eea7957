/// The callbacks of the jobs of a `MemoryStore`. What is looked for costs the number of receivers
/// that something is owed to, whatever is owed to each.
struct MemoryOutbox {
  private struct Entry {
    let url: String
    let receiver: String
    var state: CallbackState
    var since: Timestamp
    var tries = 0
    var attempts: [CallbackAttempt] = []
  }

  /// A place in a line; out of date where the entry is not owed at that time any more.
  private struct Due: Comparable {
    let at: Timestamp
    let id: JobID

    static func < (one: Due, other: Due) -> Bool { one.at < other.at }
  }

  /// What is owed to one receiver.
  private struct Line {
    var health = ReceiverHealth()
    var owed = 0
    var dues = PriorityHeap<Due>()
  }

  private var entries: [JobID: Entry] = [:]
  private var lines: [String: Line] = [:]
  private var owedCount = 0

  func isOwed(_ id: JobID) -> Bool {
    if case .owed = entries[id]?.state { true } else { false }
  }

  /// Whether as many are owed as may be, in all or to the receiver of `url`.
  func isFull(for url: String) -> Bool {
    owedCount >= OutboxBounds.owedMax
      || (lines[CallbackReceiver.name(of: url)]?.owed ?? 0) >= OutboxBounds.owedToOneMax
  }

  mutating func owe(_ id: JobID, _ url: String, at now: Timestamp) {
    let receiver = CallbackReceiver.name(of: url)
    var entry =
      entries[id] ?? Entry(url: url, receiver: receiver, state: .owed(at: now), since: now)
    entry.state = .owed(at: now)
    entry.since = now
    entry.tries = 0
    entries[id] = entry
    owedCount += 1
    lines[receiver, default: Line()].owed += 1
    lines[receiver]?.dues.insert(Due(at: now, id: id))
  }

  mutating func due(_ wish: CallbackWish) -> DueCallbacks {
    var due = DueCallbacks()
    var ready: [(at: Timestamp, receiver: String)] = []
    let inFlight = Set(wish.inFlight.map(\.id))
    for receiver in Array(lines.keys) where !wish.skipped.contains(receiver) {
      guard let at = readiness(of: receiver) else { continue }
      if at <= wish.at {
        ready.append((at, receiver))
      } else {
        due.next = min(due.next ?? at, at)
      }
    }
    for (_, receiver) in ready.sorted(by: { $0.at < $1.at }) where due.callbacks.count < wish.limit
    {
      let busy = wish.inFlight.count { $0.receiver == receiver }
      let health = wish.isLast ? ReceiverHealth() : lines[receiver]?.health
      let most = health?.room(of: wish.perReceiver) ?? 0
      let room = min(most - busy, wish.limit - due.callbacks.count)
      due.callbacks += take(room, from: receiver, by: wish.at, except: inFlight)
    }
    return due
  }

  /// When the receiver is to be looked at; what is out of date in its line goes.
  private mutating func readiness(of receiver: String) -> Timestamp? {
    while let first = lines[receiver]?.dues.first, entries[first.id]?.state != .owed(at: first.at) {
      _ = lines[receiver]?.dues.popFirst()
    }
    guard let line = lines[receiver], let first = line.dues.first else { return nil }
    return max(first.at, line.health.blockedUntil ?? first.at)
  }

  private mutating func take(
    _ room: Int, from receiver: String, by time: Timestamp, except inFlight: Set<JobID>
  ) -> [OwedCallback] {
    var taken: [OwedCallback] = []
    var looked: [Due] = []
    while taken.count < room, let due = lines[receiver]?.dues.first, due.at <= time {
      _ = lines[receiver]?.dues.popFirst()
      guard let entry = entries[due.id], entry.state == .owed(at: due.at) else { continue }
      looked.append(due)
      guard !inFlight.contains(due.id) else { continue }
      taken.append(
        OwedCallback(
          id: due.id, url: entry.url, receiver: receiver, tries: entry.tries, since: entry.since))
    }
    for due in looked { lines[receiver]?.dues.insert(due) }
    return taken
  }

  /// - Returns: whether the callback is settled now.
  mutating func record(
    _ attempt: CallbackAttempt, of callback: OwedCallback, then state: CallbackState
  ) -> Bool {
    guard isOwed(callback.id), var entry = entries[callback.id] else { return false }
    entry.tries += 1
    entry.attempts.append(attempt)
    entry.attempts.removeFirst(max(0, entry.attempts.count - CallbackAttempt.keptMax))
    entries[callback.id] = entry
    if let line = lines[entry.receiver] {
      lines[entry.receiver]?.health = line.health.after(attempt.result, at: attempt.at)
    }
    return change(callback.id, to: state)
  }

  /// - Returns: whether the callback is settled now.
  private mutating func change(_ id: JobID, to state: CallbackState) -> Bool {
    guard let entry = entries[id] else { return false }
    entries[id]?.state = state
    if case .owed(let at) = state {
      lines[entry.receiver]?.dues.insert(Due(at: at, id: id))
      return false
    }
    leave(entry.receiver)
    return true
  }

  private mutating func leave(_ receiver: String) {
    owedCount -= 1
    lines[receiver]?.owed -= 1
    if lines[receiver]?.owed == 0 { lines[receiver] = nil }
  }

  /// - Returns: the callbacks that are given up.
  mutating func tidy(owedBefore since: Timestamp, latest: Timestamp, at now: Timestamp) -> [JobID] {
    var givenUp: [JobID] = []
    for (id, entry) in entries {
      guard case .owed(let at) = entry.state else { continue }
      if lines[entry.receiver]?.health.isOpen == true, entry.since < since {
        _ = change(id, to: .givenUp)
        givenUp.append(id)
      } else if at > latest {
        _ = change(id, to: .owed(at: now))
      }
    }
    for (receiver, line) in lines where line.health.blockedUntil.map({ $0 > latest }) ?? false {
      lines[receiver]?.health.blockedUntil = now
    }
    return givenUp
  }

  func report(of job: Job) -> CallbackReport {
    let entry = entries[job.id]
    return CallbackReport(
      url: job.request.callback, state: entry.map { .known($0.state) } ?? .pending,
      attempts: entry?.attempts ?? [])
  }

  mutating func forget(_ id: JobID) {
    if isOwed(id), let receiver = entries[id]?.receiver { leave(receiver) }
    entries[id] = nil
  }
}
