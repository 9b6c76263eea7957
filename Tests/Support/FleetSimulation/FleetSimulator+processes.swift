import RunnerCore

/// Processes of jobs, on their hosts.
extension FleetSimulator {
  /// Starts the jobs of a claim, where the lease stands; else they wait for a renewal that lists
  /// them.
  mutating func startClaimed(_ runs: [SimulatedDatabase.Run], _ statement: SimulatedStatement) {
    let node = statement.node
    guard isAlive(node, statement.life) else { return }
    for run in runs {
      let process = processes.count
      processes.append(
        SimulatedProcess(
          job: run.job, epoch: run.epoch, node: node, life: statement.life,
          left: oracle.records[run.job].length))
      nodes[node].processes.append(process)
      oracle.records[run.job].processes.append(process)
      // A primary of before may have renewed the lease: that does not cover what this one gives.
      let isSameEra = statement.era == nodes[node].leaseEra
      if duty(node) == .run && isSameEra || mutation == .launchWithoutLease { thaw(process) }
    }
  }

  private func isExecuting(_ process: Int) -> Bool {
    processes[process].state == .running && nodes[processes[process].node].stop != .host
  }

  /// A process starts, or goes on.
  mutating func thaw(_ process: Int) {
    let (job, state) = (processes[process].job, processes[process].state)
    guard state == .waiting || state == .frozen else { return }
    if isTold { note("process \(process) of \(job) goes on, on \(processes[process].node)") }
    if state == .waiting { noteLaunch(of: job, process) }
    processes[process].state = .running
    processes[process].runningSince = now
    processes[process].timer += 1
    if let left = processes[process].left {
      events.add(.exit, at: now + left, process, processes[process].timer)
    }
    checkAlone(process)
  }

  private mutating func noteLaunch(of job: Int, _ process: Int) {
    oracle.launches += 1
    oracle.records[job].launches += 1
    let record = oracle.records[job]
    guard !record.isTainted else { return }
    if record.launches > 1, !restartable[job] { oracle.fail("job \(job) is started twice") }
    if database.jobs[job].ending != nil, !nodes[processes[process].node].isSplit {
      oracle.fail("job \(job) is started after its end")
    }
  }

  mutating func checkAlone(_ process: Int) {
    let job = processes[process].job
    guard !oracle.records[job].isTainted, isExecuting(process) else { return }
    for other in oracle.records[job].processes where other != process && isExecuting(other) {
      oracle.fail(
        "job \(job) runs twice at one time, on nodes \(processes[other].node) and "
          + "\(processes[process].node)")
    }
  }

  mutating func exit(_ process: Int, timer: Int) -> Bool {
    guard processes[process].state == .running, processes[process].timer == timer else {
      return false
    }
    let node = processes[process].node
    if nodes[node].stop == .host {
      events.add(.exit, at: nodes[node].resumeAt + 1, process, timer)
      return false
    }
    finish(process)
    return true
  }

  /// A process is gone; its service tells that.
  mutating func finish(_ process: Int) {
    guard processes[process].state != .gone else { return }
    if isTold { note("process \(process) of \(processes[process].job) is over") }
    processes[process].state = .gone
    let (job, node) = (processes[process].job, processes[process].node)
    oracle.records[job].processes.removeAll { $0 == process }
    nodes[node].processes.removeAll { $0 == process }
    events.add(.tell, at: now, process)
  }

  mutating func tell(_ process: Int) -> Bool {
    let node = processes[process].node
    guard isAlive(node, processes[process].life) else { return false }
    guard nodes[node].stop == .none else {
      events.add(.tell, at: nodes[node].resumeAt + 1, process)
      return false
    }
    nodes[node].runs.runEnded(key(of: process))
    send(.end(process), from: node)
    return true
  }

  /// The guard of a host acts at the deadline, whether the service does or not; not while the
  /// whole host is suspended.
  mutating func scheduleFreeze(_ node: Int) {
    guard let lease = nodes[node].lease, mutation != .noFreeze else { return }
    let left = max(0, lease.deadline - clock(node))
    events.add(.freeze, at: now + left + left / 4000, node, nodes[node].life)
  }

  mutating func freeze(_ node: Int, life: Int) -> Bool {
    guard isAlive(node, life), nodes[node].isServing else { return false }
    let stop = nodes[node].stop
    if stop == .host || stop == .service && mutation == .freezeByService {
      events.add(.freeze, at: nodes[node].resumeAt, node, life)
      return false
    }
    guard duty(node) != .run else { return false }
    let running = nodes[node].processes.filter {
      processes[$0].state == .running && restartable[processes[$0].job]
    }
    guard !running.isEmpty else { return true }
    for process in running where !random.chance(50) {
      events.add(
        .frozen, at: now + random.within(0...terms.margin / 2 - Self.second / 10), process,
        processes[process].timer)
    }
    events.add(.kill, at: now + terms.margin / 2 + random.within(0...Self.second), node, life)
    return true
  }

  mutating func becomeFrozen(_ process: Int, timer: Int) -> Bool {
    guard processes[process].state == .running, processes[process].timer == timer,
      duty(processes[process].node) != .run
    else { return false }
    pause(process)
    return true
  }

  private mutating func pause(_ process: Int) {
    if isTold { note("process \(process) of \(processes[process].job) is frozen") }
    processes[process].state = .frozen
    processes[process].timer += 1
    if let left = processes[process].left {
      processes[process].left = max(0, left - (now - processes[process].runningSince))
    }
  }

  mutating func killUnfrozen(_ node: Int, life: Int) -> Bool {
    guard isAlive(node, life), duty(node) != .run else { return false }
    for process in nodes[node].processes
    where processes[process].state == .running && restartable[processes[process].job] {
      processes[process].ending = nil
      finish(process)
    }
    return true
  }

  /// A host or service goes on. The guard of the host is first.
  mutating func resume(_ node: Int) -> Bool {
    let stop = nodes[node].stop
    guard stop != .none, now >= nodes[node].resumeAt else { return false }
    if stop == .host { nodes[node].suspended += now - nodes[node].stoppedAt }
    nodes[node].stop = .none
    guard stop == .host, nodes[node].isUp else { return true }
    if nodes[node].isServing, mutation != .noFreeze, duty(node) != .run {
      for process in nodes[node].processes
      where processes[process].state == .running && restartable[processes[process].job] {
        pause(process)
      }
    }
    for process in nodes[node].processes { checkAlone(process) }
    return true
  }
}
