import RunnerCore

/// What goes wrong, and what comes right again.
extension FleetSimulator {
  mutating func handleWorld(_ kind: SimulationEvent.Kind, _ number: Int) -> Bool {
    switch kind {
    case .fault:
      guard quietSince == nil else { return false }
      cause()
      events.add(.fault, at: now + random.within(2 * Self.second...60 * Self.second))
    case .databaseUp:
      guard databaseLife == number, !isDatabaseUp, !isFailingOver else { return false }
      restoreDatabase()
    case .standbyLost: standby = database
    case .primaryLost:
      databaseLife += 1
      takeDatabaseDown()
    case .promoted: promote()
    case .oldGone:
      oldPrimary = nil
      isFailingOver = false
    case .quiet:
      cancelEndless()
      events.add(.quiet, at: now + terms.interval)
    case .networkUp: restoreNetwork()
    default: return false
    }
    return true
  }

  private mutating func cause() {
    let node = random.below(nodes.count)
    let long = random.within(Self.second...3 * terms.length)
    let short = random.within(Self.second / 10...10 * Self.second)
    switch random.below(22) {
    case 0...3: cutOff(node, for: random.chance(400) ? long : short)
    case 4, 5: stop(node, .service, for: random.chance(600) ? long : short)
    case 6, 7: stop(node, .host, for: random.chance(600) ? long : short)
    case 8: stopAll(for: long)
    case 9, 10: crash(node, for: random.chance(300) ? long : short)
    case 11: cutOffAll(for: random.chance(500) ? long : short)
    case 12, 13: restartDatabase(for: random.chance(300) ? long : short)
    case 14: recoverDatabase()
    case 15: failOver()
    case 16, 17: database.clockOffset += random.within(-3600 * Self.second...3600 * Self.second)
    case 18: nodes[node].wallOffset += random.within(-3600 * Self.second...3600 * Self.second)
    case 19: nodes[node].isDraining = nodes[node].isServing
    default:
      // At once with the fault of a database, a node is cut off: what was lost is not made good.
      switch random.below(3) {
      case 0: recoverDatabase()
      case 1: restartDatabase(for: Self.second)
      default: failOver()
      }
      cutOff(node, for: random.within(terms.length / 2...3 * terms.length))
    }
  }

  private mutating func cutOff(_ node: Int, for pause: Int64) {
    nodes[node].isReachable = false
    if isTold { note("node \(node) is cut off for \(pause / Self.second) s") }
    events.add(.heal, at: now + pause, node)
  }

  private mutating func stop(_ node: Int, _ stop: SimulatedNode.Stop, for pause: Int64) {
    guard nodes[node].stop == .none, nodes[node].isUp else { return }
    if isTold { note("\(stop) of node \(node) stops for \(pause / Self.second) s") }
    nodes[node].stop = stop
    nodes[node].stoppedAt = now
    nodes[node].resumeAt = now + pause
    events.add(.resume, at: now + pause, node)
  }

  private mutating func stopAll(for pause: Int64) {
    for node in nodes.indices { stop(node, .host, for: pause + Int64(node) * 3 * Self.second) }
  }

  private mutating func crash(_ node: Int, for pause: Int64) {
    guard nodes[node].isUp else { return }
    if nodes[node].stop == .host { nodes[node].suspended += now - nodes[node].stoppedAt }
    nodes[node].stop = .none
    end(node, startsAfter: pause)
  }

  private mutating func cutOffAll(for pause: Int64) {
    guard isNetworkUp else { return }
    if isTold { note("all are cut off for \(pause / Self.second) s") }
    isNetworkUp = false
    unreachableSince = now
    events.add(.networkUp, at: now + pause)
  }

  private mutating func restoreNetwork() {
    guard !isNetworkUp else { return }
    isNetworkUp = true
    if now - unreachableSince >= terms.length / 2 { disturbedAt = now }
  }

  private mutating func takeDatabaseDown() {
    if isTold { note("the database goes") }
    isDatabaseUp = false
  }

  private mutating func restartDatabase(for pause: Int64) {
    guard isDatabaseUp, !isFailingOver else { return }
    databaseLife += 1
    takeDatabaseDown()
    database.recoverFromCrash()
    database.era = DatabaseEra(system: 1, timeline: database.era.timeline, started: now)
    events.add(.databaseUp, at: now + pause, databaseLife)
  }

  private mutating func restoreDatabase() {
    if isTold { note("the database comes") }
    isDatabaseUp = true
    disturbedAt = now
  }

  /// The server kills all its sessions and reads its log: its start stays the same.
  private mutating func recoverDatabase() {
    guard isDatabaseUp, !isFailingOver else { return }
    if isTold { note("the database recovers from a crash") }
    databaseLife += 1
    database.recoverFromCrash()
  }

  /// The standby stops to follow, then the primary is lost, then the standby is promoted, then the
  /// old primary is back for a while.
  private mutating func failOver() {
    guard isDatabaseUp, !isFailingOver else { return }
    isFailingOver = true
    let lag = isSynchronous || random.chance(300) ? 0 : random.within(0...2 * Self.second)
    if lag == 0 { standby = database } else { events.add(.standbyLost, at: now) }
    events.add(.primaryLost, at: now + lag)
    let promotion = now + lag + random.within(Self.second...30 * Self.second)
    events.add(.promoted, at: promotion)
  }

  private mutating func promote() {
    guard var promoted = standby.take() else { return }
    let timeline = database.era.timeline
    promoted.era = DatabaseEra(system: 1, timeline: timeline + 1, started: now)
    promoted.clockOffset = database.clockOffset
    oracle.compare(database, promoted)
    if random.chance(500), quietSince == nil {
      oldPrimary = database
      oldPrimary?.era = DatabaseEra(system: 1, timeline: timeline, started: now + 1)
      oldLife = databaseLife + 1_000_000
      events.add(.oldGone, at: now + random.within(Self.second...2 * terms.length))
    } else {
      events.add(.oldGone, at: now)
    }
    if isTold { note("a standby is promoted; \(oldPrimary == nil ? "no" : "an") old primary") }
    database = promoted
    databaseLife += 1
    restoreDatabase()
  }

  /// From now on nothing fails: what was accepted is to come to its end. One node may stay away.
  mutating func becomeQuiet() {
    quietSince = now
    oldPrimary = nil
    restoreNetwork()
    if standby == nil, !isDatabaseUp, !isFailingOver { restoreDatabase() }
    let gone = random.chance(300) ? random.below(nodes.count) : -1
    for node in nodes.indices {
      nodes[node].isReachable = true
      nodes[node].isDraining = false
      if node == gone {
        nodes[node].isGone = true
        if nodes[node].isUp { end(node, startsAfter: 0) }
      }
      guard nodes[node].stop != .none else { continue }
      nodes[node].resumeAt = now
      events.add(.resume, at: now, node)
    }
    events.add(.quiet, at: now + terms.length)
  }
}
