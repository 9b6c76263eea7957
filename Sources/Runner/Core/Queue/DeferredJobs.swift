/// Queued jobs that may not start yet: before others have succeeded, or before a time of the wall
/// clock. Each change costs the logarithm of their number, for each job that one is to follow.
struct DeferredJobs {
  /// What one job waits for.
  struct Deferral: Hashable {
    /// Jobs that it is to follow and that have not ended.
    var predecessors: Set<JobID>
    /// When it may start; nil for at once.
    var until: Timestamp?
    /// Whether it ran before, and waits for its next run.
    var isRetry = false

    var isOver: Bool { predecessors.isEmpty && until == nil }
    var reason: WaitReason {
      predecessors.isEmpty ? (isRetry ? .retry : .notBefore) : .after
    }
  }

  private struct Timer: Comparable {
    let time: Timestamp
    let id: JobID

    static func < (one: Timer, other: Timer) -> Bool { one.time < other.time }
  }

  private var deferrals: [JobID: Deferral] = [:]
  /// Number of jobs by what they wait for.
  private(set) var counts: [WaitReason: Int] = [:]
  private var successors: [JobID: Set<JobID>] = [:]
  /// Times to come; those of jobs that are not deferred any more are skipped.
  private var timers = PriorityHeap<Timer>()
  private(set) var timerCount = 0
  /// Time of the next check in monotonic microseconds; nil while none is scheduled.
  var nextCheck: Int64?

  var count: Int { deferrals.count }

  subscript(id: JobID) -> Deferral? { deferrals[id] }

  /// Adds a job that has something to wait for.
  mutating func add(_ id: JobID, _ deferral: Deferral) {
    set(deferral, of: id)
    for predecessor in deferral.predecessors { successors[predecessor, default: []].insert(id) }
    guard let time = deferral.until else { return }
    timers.insert(Timer(time: time, id: id))
    timerCount += 1
    compactTimers()
  }

  /// Removes a job, whatever it waits for.
  ///
  /// - Returns: false where it does not wait here.
  @discardableResult
  mutating func remove(_ id: JobID) -> Bool {
    guard let deferral = deferrals[id] else { return false }
    set(nil, of: id)
    for predecessor in deferral.predecessors {
      successors[predecessor]?.remove(id)
      if successors[predecessor]?.isEmpty == true { successors[predecessor] = nil }
    }
    return true
  }

  /// Jobs that others are to follow and that have not ended, in no order.
  var predecessors: [JobID] { Array(successors.keys) }

  /// The jobs that are to follow `id`, in no order.
  func successors(of id: JobID) -> Set<JobID> { successors[id] ?? [] }

  /// Takes a success of a job over.
  ///
  /// - Returns: the jobs that have nothing to wait for any more, which are removed.
  mutating func settle(_ id: JobID) -> [JobID] {
    (successors.removeValue(forKey: id) ?? []).filter { successor in
      change(successor) { $0.predecessors.remove(id) }
      return removeIfOver(successor)
    }
  }

  /// Drops those of the jobs that one is to follow that are not in `open`: they have succeeded.
  ///
  /// - Returns: whether it has nothing to wait for any more, and is removed.
  mutating func retain(_ open: Set<JobID>, of id: JobID) -> Bool {
    for predecessor in deferrals[id]?.predecessors.subtracting(open) ?? [] {
      successors[predecessor]?.remove(id)
      if successors[predecessor]?.isEmpty == true { successors[predecessor] = nil }
      change(id) { $0.predecessors.remove(predecessor) }
    }
    return removeIfOver(id)
  }

  /// Takes over that the wall clock has come to `now`.
  ///
  /// - Returns: the jobs that have nothing to wait for any more, which are removed.
  mutating func removeDue(at now: Timestamp) -> [JobID] {
    var due: [JobID] = []
    while let timer = timers.first, timer.time <= now {
      _ = timers.popFirst()
      timerCount -= 1
      guard deferrals[timer.id]?.until == timer.time else { continue }
      change(timer.id) { $0.until = nil }
      if removeIfOver(timer.id) { due.append(timer.id) }
    }
    return due
  }

  /// The next time at which a job may be due.
  var earliest: Timestamp? { timers.first?.time }

  private mutating func removeIfOver(_ id: JobID) -> Bool {
    guard deferrals[id]?.isOver == true else { return false }
    set(nil, of: id)
    return true
  }

  private mutating func change(_ id: JobID, _ body: (inout Deferral) -> Void) {
    guard var deferral = deferrals[id] else { return }
    body(&deferral)
    set(deferral, of: id)
  }

  /// Sets what a job waits for, nil where it does not wait here, and counts it.
  private mutating func set(_ deferral: Deferral?, of id: JobID) {
    if let old = deferrals[id]?.reason, let count = counts[old] {
      counts[old] = count > 1 ? count - 1 : nil
    }
    if let deferral { counts[deferral.reason, default: 0] += 1 }
    deferrals[id] = deferral
  }

  /// Bounds the timers of removed jobs. It costs as much as all that is left, so it runs only when
  /// as many were removed.
  private mutating func compactTimers() {
    guard timerCount > 64, timerCount > 2 * deferrals.count else { return }
    let left = timers.unordered.filter { deferrals[$0.id]?.until == $0.time }
    timers = PriorityHeap()
    for timer in left { timers.insert(timer) }
    timerCount = left.count
  }
}
