import RunnerCore

/// Statements on their way to the database and back.
extension FleetSimulator {
  private static let patience: Int64 = 5_000_000

  mutating func send(_ kind: SimulatedStatement.Kind, from node: Int, claim: Int = 0) {
    let usesOld = oldPrimary != nil && random.chance(300)
    let target = usesOld ? oldPrimary ?? database : database
    let isThere = usesOld || isDatabaseUp
    let index = statements.count
    var boot = nodes[node].boot
    if case .join = kind { boot = target.nodes[node].boot }
    var statement = SimulatedStatement(
      kind: kind, node: node, life: nodes[node].life, boot: boot,
      databaseLife: usesOld ? oldLife : databaseLife, isOld: usesOld, era: target.era,
      sentAt: clock(node), snapshot: nodes[node].runs.renewalSent())
    statement.claim = claim
    statement.isSynchronous =
      mutation != .renewalWithoutStandby
      && nodes[node].processes.contains { restartable[processes[$0].job] }
    guard isThere, isNetworkUp, nodes[node].isReachable, accepts(target.era, node) else {
      statements.append(statement)
      return events.add(.timeOut, at: now + random.within(1000...Self.second), index)
    }
    statement.isAnswerLost = quietSince == nil && random.chance(20)
    statements.append(statement)
    events.add(.timeOut, at: now + Self.patience, index)
    if quietSince != nil || !random.chance(20) { events.add(.execute, at: now + delay(), index) }
  }

  /// Whether the node goes on with a database of `era`: what it knows is on its disk.
  private mutating func accepts(_ era: DatabaseEra, _ node: Int) -> Bool {
    let succession = nodes[node].known?.succession(to: era) ?? .same
    guard succession.isAccepted else {
      guard mutation == .olderTimeline else { return false }
      oracle.fail("node \(node) goes on with an older timeline than it knows")
      return true
    }
    nodes[node].known = era
    return true
  }

  private mutating func delay() -> Int64 {
    guard quietSince == nil else { return 1000 }
    switch random.below(200) {
    case 0: return random.within(0...60 * Self.second)
    case 1...4: return random.within(0...3 * Self.second)
    default: return random.within(200...20_000)
    }
  }

  /// The statement arrives at the database: also where its sender has given it up, or is dead.
  mutating func execute(_ index: Int) -> Bool {
    let statement = statements[index]
    let isConnected =
      statement.isOld
      ? oldPrimary != nil && statement.databaseLife == oldLife
      : isDatabaseUp && statement.databaseLife == databaseLife
    guard isConnected else { return false }
    if quietSince == nil, random.chance(10) {
      // Rolled back, and the connection is lost.
      if mutation == .launchBeforeCommit, case .claim = statement.kind {
        var copy = database
        startClaimed(copy.claim(1, for: statement.node, statement.boot), statement)
      }
      return true
    }
    let count = 1 + random.below(Self.slots)
    let (processes, restartable, now) = (processes, restartable, now)
    if statement.isOld {
      // A primary without its synchronous standby never answers a commit that waits for it.
      guard !isSynchronous || isLocal(statement), var old = oldPrimary.take() else { return false }
      statements[index].result = Self.perform(
        statement, count, processes, restartable, at: now, on: &old)
      oldPrimary = old
      noteSplit(statement, index)
    } else {
      statements[index].result = Self.perform(
        statement, count, processes, restartable, at: now, on: &database)
      judge(statement, index)
    }
    if isTold {
      let result = statements[index].result
      note("\(statement.kind) of \(statement.node)/\(statement.boot): \(result)")
    }
    if !statements[index].isAnswerLost { events.add(.answer, at: now + delay(), index) }
    return true
  }

  /// Whether it commits without a wait for the standby.
  private func isLocal(_ statement: SimulatedStatement) -> Bool {
    switch statement.kind {
    case .poll: true
    case .renew: !statement.isSynchronous
    default: false
    }
  }

  private static func perform(
    _ statement: SimulatedStatement, _ count: Int, _ processes: [SimulatedProcess],
    _ restartable: [Bool], at now: Int64, on database: inout SimulatedDatabase
  ) -> SimulatedStatement.Result {
    let (node, boot) = (statement.node, statement.boot)
    switch statement.kind {
    case .join: return database.join(node, after: boot, at: now).map { .joined($0) } ?? .fenced
    case .renew: return database.renew(node, boot, at: now).map { .renewed($0) } ?? .fenced
    case .poll: return .cancels(database.cancels(of: node, boot))
    case .claim: return .claimed(database.claim(count, for: node, boot))
    case .end(let process):
      let run = SimulatedDatabase.Run(
        job: processes[process].job, epoch: processes[process].epoch)
      let isDone =
        processes[process].ending.map { database.end(run, $0, of: node, boot) }
        ?? database.putBack(run, of: node, boot, isRestartable: restartable[run.job])
      return isDone ? .none : .fenced
    case .putBack(let key):
      let run = SimulatedDatabase.Run(job: number(of: key), epoch: key.epoch)
      _ = database.putBack(run, of: node, boot, isRestartable: restartable[run.job])
    case .settle(let other): database.settle(other) { restartable[$0] }
    case .adopt: database.adopt(for: node, boot)
    case .takeOver(let peer): return database.takeOver(peer) ? .joined(0) : .none
    case .leave: database.leave(node, boot)
    case .add(let job): database.add(job)
    case .cancel(let job): database.cancel(job)
    }
    return .none
  }

  /// Holds what the database did against what is promised.
  private mutating func judge(_ statement: SimulatedStatement, _ index: Int) {
    switch (statement.kind, statements[index].result) {
    case (.claim, .claimed(let runs)):
      let row = database.nodes[statement.node]
      if !runs.isEmpty, row.boot != statement.boot || !row.isActive {
        oracle.fail("node \(statement.node) claims, and was taken over")
      }
      for job in runs.map(\.job)
      where oracle.records[job].isCancelled && !oracle.records[job].isTainted {
        oracle.fail("job \(job) is claimed after its cancel")
      }
    case (.takeOver(let peer), .joined): judgeTakeover(of: peer)
    case (.cancel(let job), _):
      let row = database.jobs[job]
      if row.isCancelled || row.ending == .cancelled { oracle.records[job].isCancelled = true }
    default: break
    }
  }

  private mutating func judgeTakeover(of peer: PeerLease) {
    oracle.takeovers += 1
    guard let number = database.names.firstIndex(of: peer.node) else { return }
    let node = nodes[number]
    guard node.isUp, node.isServing, node.boot == peer.boot, !node.isSplit,
      let lease = node.lease
    else { return }
    if clock(number) < lease.deadline {
      oracle.fail("node \(number) was taken over while its lease stood")
    }
    if now - disturbedAt < terms.length - Self.second / 10 {
      oracle.fail("node \(number) was taken over right after an outage")
    }
  }

  /// What an old primary accepts is lost, as is documented: nobody can tell it from the new one who
  /// has not heard of that.
  private mutating func noteSplit(_ statement: SimulatedStatement, _ index: Int) {
    nodes[statement.node].isSplit = true
    guard !isSynchronous else { return }
    for process in nodes[statement.node].processes {
      oracle.records[processes[process].job].isTainted = true
    }
    guard case .claimed(let runs) = statements[index].result else { return }
    for job in runs.map(\.job) { oracle.records[job].isTainted = true }
  }

  /// An answer arrives; while the service is stopped it waits in the socket.
  mutating func answer(_ index: Int) -> Bool {
    let statement = statements[index]
    guard !statement.isDone, isAlive(statement.node, statement.life) else { return false }
    if nodes[statement.node].stop != .none {
      events.add(.answer, at: nodes[statement.node].resumeAt, index)
      return false
    }
    guard isNetworkUp, nodes[statement.node].isReachable else { return false }
    statements[index].isDone = true
    handleAnswer(statement)
    return true
  }

  /// A statement without an answer is given up. Whether it has its effect is not known.
  mutating func timeOut(_ index: Int) -> Bool {
    let statement = statements[index]
    guard !statement.isDone else { return false }
    if case .add(let job) = statement.kind, quietSince == nil {
      statements[index].isDone = true
      if !oracle.records[job].isAccepted { add(job) }
      return true
    }
    guard isAlive(statement.node, statement.life) else { return false }
    if nodes[statement.node].stop != .none {
      events.add(.timeOut, at: nodes[statement.node].resumeAt + 1, index)
      return false
    }
    statements[index].isDone = true
    handleFailure(statement)
    return true
  }
}
