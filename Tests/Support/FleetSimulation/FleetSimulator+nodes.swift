import RunnerCore

/// What a service does, by the rules of `RunnerCore`.
extension FleetSimulator {
  mutating func start(_ node: Int, life: Int) -> Bool {
    guard nodes[node].life == life, !nodes[node].isServing, !nodes[node].isGone else {
      return false
    }
    nodes[node].isUp = true
    send(.join, from: node)
    return true
  }

  /// The service ends, and with it its jobs; another one starts under its name.
  mutating func end(_ node: Int, startsAfter pause: Int64) {
    if isTold { note("node \(node) ends with \(nodes[node].processes)") }
    for process in nodes[node].processes { processes[process].state = .gone }
    dropGone(node)
    nodes[node].life += 1
    nodes[node].isUp = false
    nodes[node].isServing = false
    nodes[node].isDraining = false
    nodes[node].isSplit = false
    nodes[node].hasOpenClaim = false
    nodes[node].lease = nil
    nodes[node].watch = LeaseWatch(terms)
    nodes[node].sights = [:]
    nodes[node].runs = RunReconciliation()
    events.add(.start, at: now + pause, node, nodes[node].life)
  }

  private mutating func dropGone(_ node: Int) {
    for process in nodes[node].processes where processes[process].state == .gone {
      oracle.records[processes[process].job].processes.removeAll { $0 == process }
    }
    nodes[node].processes.removeAll { processes[$0].state == .gone }
  }

  func duty(_ node: Int) -> NodeLease.Duty {
    nodes[node].lease?.duty(at: clock(node)) ?? .fenced
  }

  /// - Returns: false for a timer of a service that has ended; one that is stopped has it later.
  private mutating func isDue(_ kind: SimulationEvent.Kind, _ node: Int, _ life: Int) -> Bool {
    guard isAlive(node, life), nodes[node].isServing else { return false }
    guard nodes[node].stop == .none else {
      events.add(kind, at: nodes[node].resumeAt + 1, node, life)
      return false
    }
    return true
  }

  mutating func renew(_ node: Int, life: Int) -> Bool {
    guard isDue(.renew, node, life) else { return false }
    send(.renew, from: node)
    return true
  }

  mutating func claim(_ node: Int, life: Int) -> Bool {
    guard isDue(.claim, node, life) else { return false }
    events.add(.claim, at: now + random.within(Self.second / 2...3 * Self.second), node, life)
    let isFull = nodes[node].processes.count >= Self.slots
    guard !nodes[node].hasOpenClaim, !isFull, !nodes[node].isDraining, duty(node) == .run
    else {
      if nodes[node].isDraining, nodes[node].processes.isEmpty { send(.leave, from: node) }
      return false
    }
    nodes[node].hasOpenClaim = true
    send(.claim, from: node, claim: nodes[node].runs.claimSent())
    return true
  }

  mutating func poll(_ node: Int, life: Int) -> Bool {
    guard isDue(.poll, node, life) else { return false }
    events.add(.poll, at: now + 2 * Self.second, node, life)
    guard !nodes[node].processes.isEmpty else { return false }
    send(.poll, from: node)
    return true
  }

  mutating func handleAnswer(_ statement: SimulatedStatement) {
    let node = statement.node
    switch (statement.kind, statement.result) {
    case (.join, .joined(let boot)): join(node, boot, statement)
    case (.renew, .renewed(let renewal)): renewed(renewal, statement)
    case (.renew, .fenced):
      nodes[node].lease?.fence()
      if mutation == .graceAfterFence { for process in nodes[node].processes { thaw(process) } }
      end(node, startsAfter: Self.second)
    case (.poll, .cancels(let runs)): cancel(runs, on: node)
    case (.claim, .claimed(let runs)):
      nodes[node].hasOpenClaim = false
      let keys = runs.map { key($0.job, epoch: $0.epoch) }
      let fresh = nodes[node].runs.claimAnswered(statement.claim, with: keys)
      startClaimed(zip(runs, keys).filter { fresh.contains($1) }.map(\.0), statement)
    case (.end(let process), _): nodes[node].runs.endAnswered(key(of: process))
    case (.putBack(let run), _): nodes[node].runs.putBackAnswered(run)
    case (.adopt, _): _ = nodes[node].runs.claimAnswered(statement.claim, with: [])
    case (.leave, _): if nodes[node].isDraining { end(node, startsAfter: terms.length) }
    case (.add(let job), _): if !statement.isOld { oracle.records[job].isAccepted = true }
    default: handleFailure(statement)
    }
  }

  mutating func handleFailure(_ statement: SimulatedStatement) {
    let (node, soon) = (statement.node, now + random.within(Self.second / 10...4 * Self.second))
    switch statement.kind {
    case .join: events.add(.start, at: soon, node, statement.life)
    case .renew: events.add(.renew, at: soon, node, statement.life)
    case .claim:
      nodes[node].hasOpenClaim = false
      nodes[node].runs.claimAbandoned(statement.claim)
    case .adopt: nodes[node].runs.claimAbandoned(statement.claim)
    case .end(let process): events.add(.tell, at: soon, process)
    default: break
    }
  }

  private mutating func join(_ node: Int, _ boot: Int64, _ statement: SimulatedStatement) {
    guard !nodes[node].isServing else { return }
    nodes[node].boot = boot
    nodes[node].isServing = true
    nodes[node].lease = NodeLease(terms, sentAt: leaseStart(statement))
    nodes[node].leaseEra = statement.era
    let life = nodes[node].life
    events.add(.renew, at: now + 1, node, life)
    events.add(.claim, at: now + 2, node, life)
    events.add(.poll, at: now + Self.second, node, life)
    scheduleFreeze(node)
  }

  private func leaseStart(_ statement: SimulatedStatement) -> Int64 {
    mutation == .deadlineFromAnswer ? clock(statement.node) : statement.sentAt
  }

  private mutating func renewed(
    _ renewal: SimulatedDatabase.Renewal, _ statement: SimulatedStatement
  ) {
    let (node, life) = (statement.node, statement.life)
    let leaseStart = leaseStart(statement)
    nodes[node].lease?.renew(sentAt: leaseStart)
    nodes[node].leaseEra = statement.era
    scheduleFreeze(node)
    cancel(renewal.cancelled, on: node)
    reconcile(renewal, statement)
    if isAdopting, !renewal.lost.isEmpty {
      // As a claim of which nothing is started: the next renewal lists the rows, to be settled.
      send(.adopt, from: node, claim: nodes[node].runs.claimSent())
    } else {
      for other in renewal.lost { send(.settle(other), from: node) }
    }
    let era = mutation == .noEra ? DatabaseEra(system: 1, timeline: 1, started: 0) : statement.era
    let answeredAt = clock(node)
    var overdue = nodes[node].watch.observe(
      renewal.peers, in: era, sentAt: statement.sentAt, answeredAt: answeredAt)
    if mutation == .databaseClock { overdue = renewal.overdue }
    if mutation == .noPause { overdue = watchWithoutPause(renewal.peers, node, answeredAt) }
    for peer in overdue { send(.takeOver(peer), from: node) }
    let due = (nodes[node].watch.nextDue ?? .max / 2) - answeredAt
    let pause = min(terms.interval, max(Self.second / 10, due))
    events.add(.renew, at: now + pause, node, life)
  }

  private mutating func watchWithoutPause(
    _ peers: [PeerLease], _ node: Int, _ answeredAt: Int64
  ) -> [PeerLease] {
    let earlier = nodes[node].sights
    nodes[node].sights = [:]
    return peers.filter { peer in
      let since = earlier[peer] ?? answeredAt
      nodes[node].sights[peer] = since
      return answeredAt - since >= terms.length
    }
  }

  private mutating func reconcile(
    _ renewal: SimulatedDatabase.Renewal, _ statement: SimulatedStatement
  ) {
    let node = statement.node
    let actions = nodes[node].runs.renewalAnswered(statement.snapshot, rows: renewal.rows)
    let listed = Set(renewal.rows)
    for process in nodes[node].processes {
      let run = key(of: process)
      if mutation == .killByEarlierRenewal, !listed.contains(run) {
        killLost(process)
      } else if actions.kill.contains(run) {
        killLost(process)
      } else if actions.thaw.contains(run), duty(node) == .run || mutation == .thawByLateAnswer {
        thaw(process)
      }
    }
    dropGone(node)
    let here = Set(nodes[node].processes.map { key(of: $0) })
    for run in renewal.rows {
      let isEndLost = actions.endAgain.contains(run)
      if actions.putBack.contains(run) || isEndLost && mutation == .putBackWhatEnded
        || mutation == .putBackWithoutClaims && !here.contains(run) && !isEndLost
          && !isTold(run, node)
      {
        send(.putBack(run), from: node)
      } else if isEndLost, let process = processes.lastIndex(where: { isRun($0, run, node) }) {
        send(.end(process), from: node)
      }
    }
  }

  private func isRun(_ process: SimulatedProcess, _ run: RunKey, _ node: Int) -> Bool {
    process.node == node && process.epoch == run.epoch && process.job == Self.number(of: run)
  }

  private func isTold(_ run: RunKey, _ node: Int) -> Bool {
    processes.contains { isRun($0, run, node) && $0.state == .gone }
  }

  /// A run without a row.
  private mutating func killLost(_ process: Int) {
    let (job, node) = (processes[process].job, processes[process].node)
    let row = database.jobs[job]
    if row.place == .run, row.epoch == processes[process].epoch, row.node == node,
      row.boot == nodes[node].boot, !nodes[node].isSplit
    {
      oracle.fail("a run of job \(job) is killed, and has its row")
    }
    if isTold { note("process \(process) of \(job) has no row") }
    processes[process].state = .gone
  }

  private mutating func cancel(_ runs: [RunKey], on node: Int) {
    for process in nodes[node].processes where runs.contains(key(of: process)) {
      processes[process].ending = .cancelled
      finish(process)
    }
  }
}
