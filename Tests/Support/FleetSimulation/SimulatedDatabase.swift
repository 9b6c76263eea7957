import RunnerCore

/// The rows of a fleet, and its statements, each of which is atomic.
struct SimulatedDatabase {
  struct NodeRow {
    var boot: Int64 = 0
    var isActive = false
    var mark: Int64 = 0
    /// By the clock of the database: read by `FleetMutation.databaseClock` alone.
    var heldUntil: Int64 = 0
    /// Mark and time before a renewal that is not flushed.
    var flushed: (mark: Int64, heldUntil: Int64)?
  }

  /// One run of a job.
  struct Run {
    let job: Int
    let epoch: UInt64
  }

  /// What a renewal returns.
  struct Renewal {
    var rows: [RunKey] = []
    var cancelled: [RunKey] = []
    var peers: [PeerLease] = []
    /// Nodes that were taken over, or whose process is another one now, with runs of before.
    var lost: [Int] = []
    var overdue: [PeerLease] = []
  }

  let ids: [JobID]
  let names: [String]
  let terms: LeaseTerms
  let mutation: FleetMutation?
  var era: DatabaseEra
  /// What its clock is ahead of the true time, in microseconds.
  var clockOffset: Int64 = 0
  var nodes: [NodeRow]
  var jobs: [SimulatedJob]
  /// In the order in which they are claimed.
  private(set) var ready: [Int] = []
  private(set) var running: [Int] = []
  private var boots: Int64 = 0

  init(
    jobs: Int, nodes: Int, terms: LeaseTerms, mutation: FleetMutation?, ids: [JobID]
  ) {
    self.ids = ids
    self.terms = terms
    self.mutation = mutation
    names = (0..<nodes).map { "n\($0)" }
    self.nodes = Array(repeating: NodeRow(), count: nodes)
    self.jobs = Array(repeating: SimulatedJob(), count: jobs)
    era = DatabaseEra(system: 1, timeline: 1, started: 0)
  }

  func key(_ job: Int) -> RunKey { RunKey(job: ids[job], epoch: jobs[job].epoch) }

  private func isCurrent(_ node: Int, _ boot: Int64) -> Bool {
    nodes[node].boot == boot && nodes[node].isActive
  }

  /// A process takes the name of a node, if its number is as it was read. Its older processes are
  /// dead.
  mutating func join(_ node: Int, after earlier: Int64, at time: Int64) -> Int64? {
    guard nodes[node].boot == earlier || mutation == .joinWithoutCompare else { return nil }
    boots += 1
    nodes[node].boot = boots
    nodes[node].isActive = true
    touch(node, at: time)
    flush()
    return boots
  }

  private mutating func touch(_ node: Int, at time: Int64) {
    nodes[node].mark += 1
    nodes[node].heldUntil = time + clockOffset + terms.length
  }

  /// Nil where the node was taken over.
  mutating func renew(_ node: Int, _ boot: Int64, at time: Int64) -> Renewal? {
    guard isCurrent(node, boot) else { return nil }
    if mutation == .renewalWithoutFlush {
      if nodes[node].flushed == nil {
        nodes[node].flushed = (nodes[node].mark, nodes[node].heldUntil)
      }
    }
    touch(node, at: time)
    var renewal = Renewal()
    var lost: Set<Int> = []
    for job in running {
      if jobs[job].node == node, jobs[job].boot == boot {
        renewal.rows.append(key(job))
        if jobs[job].isCancelled { renewal.cancelled.append(key(job)) }
      } else if !isCurrent(jobs[job].node, jobs[job].boot) {
        if lost.insert(jobs[job].node).inserted { renewal.lost.append(jobs[job].node) }
      }
    }
    for other in nodes.indices where other != node && nodes[other].isActive {
      let row = nodes[other]
      let peer = PeerLease(node: names[other], boot: row.boot, mark: row.mark)
      renewal.peers.append(peer)
      if row.heldUntil < time + clockOffset { renewal.overdue.append(peer) }
    }
    return renewal
  }

  /// Cancels that a node has not heard of.
  func cancels(of node: Int, _ boot: Int64) -> [RunKey] {
    running.filter { jobs[$0].node == node && jobs[$0].boot == boot && jobs[$0].isCancelled }
      .map(key)
  }

  mutating func add(_ job: Int) {
    guard jobs[job].place == .absent else { return }
    jobs[job].place = .ready
    ready.append(job)
    flush()
  }

  /// Up to `count` jobs become runs of the node.
  mutating func claim(_ count: Int, for node: Int, _ boot: Int64) -> [Run] {
    guard isCurrent(node, boot) || mutation == .claimWithoutFence else { return [] }
    let claimed = Array(ready.prefix(count))
    ready.removeFirst(claimed.count)
    for job in claimed {
      jobs[job].place = .run
      jobs[job].epoch += 1
      jobs[job].node = node
      jobs[job].boot = boot
      jobs[job].isAdopted = false
      running.append(job)
    }
    flush()
    return claimed.map { Run(job: $0, epoch: jobs[$0].epoch) }
  }

  private func has(_ run: Run, _ node: Int, _ boot: Int64) -> Bool {
    let job = jobs[run.job]
    if mutation == .endWithoutFence { return job.place == .run }
    return job.place == .run && job.epoch == run.epoch && job.node == node && job.boot == boot
  }

  /// Ends a run of the node; false where it does not have it.
  mutating func end(
    _ run: Run, _ ending: SimulatedEnding, of node: Int, _ boot: Int64
  ) -> Bool {
    guard has(run, node, boot) else { return false }
    finish(run.job, ending)
    flush()
    return true
  }

  /// Puts a run of the node back into the queue; false where it does not have it.
  mutating func putBack(
    _ run: Run, of node: Int, _ boot: Int64, isRestartable: Bool
  ) -> Bool {
    guard has(run, node, boot) else { return false }
    let wasStarted = jobs[run.job].isAdopted && mutation != .putBackWhatWasAdopted
    if wasStarted, !isRestartable || jobs[run.job].losses >= 3 {
      finish(run.job, jobs[run.job].isCancelled ? .cancelled : .interrupted)
    } else {
      release(run.job)
    }
    flush()
    return true
  }

  private mutating func finish(_ job: Int, _ ending: SimulatedEnding) {
    jobs[job].place = .ended
    jobs[job].ending = ending
    running.removeAll { $0 == job }
    ready.removeAll { $0 == job }
  }

  private mutating func release(_ job: Int) {
    if jobs[job].isCancelled { return finish(job, .cancelled) }
    jobs[job].place = .ready
    running.removeAll { $0 == job }
    ready.insert(job, at: ready.firstIndex { $0 > job } ?? ready.count)
  }

  /// Cancels a job: at once where it waits, else its node is to learn of it.
  mutating func cancel(_ job: Int) {
    switch jobs[job].place {
    case .absent, .ended: return
    case .ready: finish(job, .cancelled)
    case .run: jobs[job].isCancelled = true
    }
    flush()
  }

  /// Takes a node over, if its lease is as it was seen.
  mutating func takeOver(_ peer: PeerLease) -> Bool {
    guard let node = names.firstIndex(of: peer.node), nodes[node].isActive else { return false }
    guard
      mutation == .takeoverWithoutCompare
        || nodes[node].boot == peer.boot && nodes[node].mark == peer.mark
    else { return false }
    boots += 1
    nodes[node].boot = boots
    nodes[node].isActive = false
    flush()
    return true
  }

  /// Settles up to four runs of processes of a node that are not its present one.
  mutating func settle(_ node: Int, _ isRestartable: (Int) -> Bool) {
    let lost = running.filter {
      jobs[$0].node == node && !isCurrent(node, jobs[$0].boot)
    }
    for job in lost.prefix(4) {
      jobs[job].losses += 1
      let isForgotten = mutation == .takeoverForgetsCancel && isRestartable(job)
      if isForgotten { jobs[job].isCancelled = false }
      if jobs[job].isCancelled {
        finish(job, .cancelled)
      } else if isRestartable(job), jobs[job].losses < 3 {
        release(job)
      } else {
        finish(job, .interrupted)
      }
    }
    flush()
  }

  /// Gives up to four runs of processes that are no more to a node, which settles them.
  mutating func adopt(for node: Int, _ boot: Int64) {
    guard isCurrent(node, boot) else { return }
    let lost = running.filter { !isCurrent(jobs[$0].node, jobs[$0].boot) }
    for job in lost.prefix(4) {
      jobs[job].node = node
      jobs[job].boot = boot
      jobs[job].epoch += 1
      jobs[job].losses += 1
      jobs[job].isAdopted = true
    }
    flush()
  }

  /// A node that has no runs leaves.
  mutating func leave(_ node: Int, _ boot: Int64) {
    guard isCurrent(node, boot) else { return }
    nodes[node].isActive = false
    flush()
  }

  private mutating func flush() {
    guard mutation == .renewalWithoutFlush else { return }
    for node in nodes.indices { nodes[node].flushed = nil }
  }

  /// A process of the server was killed: what was not flushed is lost.
  mutating func recoverFromCrash() {
    for node in nodes.indices {
      guard let flushed = nodes[node].flushed.take() else { continue }
      (nodes[node].mark, nodes[node].heldUntil) = flushed
    }
  }
}
