internal import CLinux
internal import Glibc

/// From the first sign of an end to the reply that nothing is left.
extension Launcher {
  /// Milliseconds between two looks at what a job left behind, where no event tells of its end.
  private static let sweepPauseMilliseconds: Int64 = 2

  func terminate(_ number: UInt64, cause: ProcessEnd.Cause) throws {
    if cells.remove(number) != nil {
      return try reply(.failed(number, LaunchFault(.cancelled, code: ECANCELED)))
    }
    guard var job = jobs[number], case .running = job.phase else { return }
    job.cause = cause
    job.phase = .terminating(killAt: now() + job.graceMilliseconds)
    jobs[number] = job
    thaw(job)  // A frozen job cannot act on anything.
    try ask(job, SIGTERM)
    try ask(job, SIGCONT)  // Neither can a stopped one.
  }

  /// Freezes or thaws a job, and says what came of it. Not one that is being ended: it would have
  /// no use of its grace.
  func freeze(_ number: UInt64, _ isFrozen: Bool) throws {
    guard let job = jobs[number], case .running = job.phase else {
      return try reply(.frozen(number, code: ESRCH))
    }
    guard let cgroup = job.cgroup else {
      return try reply(.frozen(number, code: EOPNOTSUPP))
    }
    do throws(SystemCallFailure) {
      try cgroup.freeze(isFrozen)
    } catch {
      return try reply(.frozen(number, code: error.code))
    }
    try reply(.frozen(number, code: 0))
  }

  private func thaw(_ job: RunningJob) {
    guard let cgroup = job.cgroup, cgroup.wasFrozen else { return }
    do throws(SystemCallFailure) {
      try cgroup.freeze(false)
    } catch {
      OperatorLog.warning("job \(job.number) could not be thawed: \(error)")
    }
  }

  /// A signal that may be handled, for everything in a job, as far as it can be told what that is.
  private func ask(_ job: RunningJob, _ signal: CInt) throws(SystemCallFailure) {
    if let cgroup = job.cgroup { return try cgroup.cgroup.signalAll(signal) }
    guard policy.mode == .root, job.uid == job.slot.uid else {
      // Others may have this uid: only the main process is surely the job's.
      let process = Descriptor(adopting: try checked("pidfd_open", linux_pidfd_open(job.pid)))
      _ = linux_pidfd_signal(process.number, signal)
      return
    }
    try Sweep.signal(signal, uid: job.uid, sweeper: policy.identities.sweeper)
  }

  private func kill(_ job: RunningJob) throws(SystemCallFailure) {
    if job.isInPIDNamespace, let cell = job.cell { return cell.end() }
    if let cgroup = job.cgroup { return try cgroup.kill() }
    try Sweep.signal(SIGKILL, uid: job.uid, sweeper: policy.identities.sweeper)
  }

  func reapAll() throws {
    drainSignals()
    var end = linux_child_end()
    while true {
      let answer = unsafe linux_reap(&end)
      guard answer != 0, answer != -ECHILD else { return }
      // A child that ended and cannot be reaped would be waited for for ever.
      try checked("wait4", answer)
      if compilation?.isOf(end.pid) == true { compilation?.isReaped = true }
      // Others are orphans of jobs, which come to this process as their subreaper.
      guard let number = numbersByPid.removeValue(forKey: end.pid), var job = jobs[number] else {
        continue
      }
      try checkCell(of: job, end)
      job.end = try processEnd(of: job, end)
      job.phase = .sweeping(nextLookAt: now() + Self.sweepPauseMilliseconds)
      jobs[number] = job
      try endRest(of: job)
    }
  }

  /// A job that died because the preparer did, and every cell with it, did not end by itself: it
  /// is lost, as all others are, and may run again where its entry is restartable.
  private func checkCell(of job: RunningJob, _ end: linux_child_end) throws(LaunchFault) {
    guard job.isInPIDNamespace, job.cause == .itself, end.is_signal == 1, end.value == SIGKILL,
      sealed.preparer.isGone
    else { return }
    throw LaunchFault(.channel, code: ECHILD)
  }

  private func processEnd(
    of job: RunningJob, _ end: linux_child_end
  ) throws(SystemCallFailure) -> ProcessEnd {
    var usage = JobUsage()
    usage.userMicroseconds = UInt64(end.user_us)
    usage.systemMicroseconds = UInt64(end.system_us)
    usage.wallMicroseconds = UInt64(max(0, linux_monotonic_us() - job.startedAtMicroseconds))
    usage.peakMemoryBytes = UInt64(end.peak_memory_kib) << 10
    var result = ProcessEnd(
      isSignal: end.is_signal == 1, value: end.value, cause: job.cause, usage: usage,
      refused: job.refusals?.refused ?? [])
    if job.cause == .filter {
      result.isSignal = true
      result.value = SIGSYS
    }
    return result
  }

  /// The main process is gone: nothing that it started may outlive it.
  private func endRest(of job: RunningJob) throws {
    if let cgroup = job.cgroup {
      if try isEmptied(cgroup, after: job) { try complete(job) }
    } else if job.isInPIDNamespace, let cell = job.cell {
      cell.end()
      try watchEnd(of: cell, job)
    } else {
      guard try Sweep.isLeft(job.uid) else { return try complete(job) }
      try Sweep.signal(SIGKILL, uid: job.uid, sweeper: policy.identities.sweeper)
    }
  }

  /// - Returns: whether nothing is left in the cgroup; else its end is on the way.
  private func isEmptied(
    _ slot: JobCgroup, after job: RunningJob
  ) throws(SystemCallFailure) -> Bool {
    guard try slot.cgroup.isPopulated() else { return true }
    try kill(job)
    // Watched only now: an event that nobody reads would come again and again.
    if watched[slot.index] == nil {
      try poller.add(slot.cgroup.eventsNumber, .priority, token: Token.cgroup(slot.index))
      watched[slot.index] = job.number
    }
    return try !slot.cgroup.isPopulated()
  }

  func lookAtCgroup(_ index: Int) throws {
    guard let number = watched[index], let job = jobs[number] else { return }
    if case .sweeping = job.phase { try endRest(of: job) }
  }

  /// The end of pid 1 of a namespace comes after that of all others in it.
  private func watchEnd(of cell: Cell, _ job: RunningJob) throws(SystemCallFailure) {
    jobs[job.number]?.phase = .killed
    try poller.add(cell.holder.number, .read, token: Token.cell(job.number))
  }

  func lookAtCell(of number: UInt64) throws {
    guard let job = jobs[number], let cell = job.cell else { return }
    poller.remove(cell.holder.number)
    try complete(job)
  }

  func serveListener(of number: UInt64) throws {
    guard let job = jobs[number], let refusals = job.refusals, refusals.serve() else { return }
    jobs[number]?.cause = .filter
    jobs[number]?.phase = .killed
    try kill(job)
  }

  private func unwatch(_ slot: JobCgroup) {
    guard watched.removeValue(forKey: slot.index) != nil else { return }
    poller.remove(slot.cgroup.eventsNumber)
  }

  private func complete(_ job: RunningJob) throws {
    var end = job.end
    if let refusals = job.refusals { poller.remove(refusals.listener.number) }
    if let cgroup = job.cgroup {
      end?.take(try cgroup.bill())
      unwatch(cgroup)
    }
    if let folder = job.folder { setAside(folder) }
    jobs[job.number] = nil
    slots.giveBack(job.slot)
    if let end { try reply(.ended(job.number, end)) }
    // All that is slow comes after the reply; the cell ends with the last who holds it.
    if let cgroup = job.cgroup { cgroups.giveBack(cgroup, to: sealed.tree) }
    if let folder = job.folder { removeSetAside(folder) }
    try cgroups.fill(in: sealed.tree)
  }

  private func setAside(_ folder: String) {
    do throws(SystemCallFailure) {
      try sealed.folders.setAside(folder)
    } catch {
      OperatorLog.error("the working folder \(folder) could not be removed: \(error)")
    }
  }

  private func removeSetAside(_ folder: String) {
    if !sealed.folders.removeSetAside(folder) { sealed.keeper.ring() }
  }

  func retire(_ folder: String) {
    setAside(folder)
    removeSetAside(folder)
  }

  func lookAtClock(of job: RunningJob, _ time: Int64) throws {
    switch job.phase {
    case .running:
      try terminate(job.number, cause: .wallClock)
    case .terminating:
      jobs[job.number]?.phase = .killed
      try kill(job)
    case .killed:
      break
    case .sweeping:
      jobs[job.number]?.phase = .sweeping(nextLookAt: time + Self.sweepPauseMilliseconds)
      try endRest(of: job)
    }
  }
}

extension ProcessEnd {
  /// What the cgroup counted is of everything in it; what wait4(2) says, of the main process.
  mutating func take(_ bill: CgroupBill) {
    usage.userMicroseconds = max(usage.userMicroseconds, bill.userMicroseconds)
    usage.systemMicroseconds = max(usage.systemMicroseconds, bill.systemMicroseconds)
    usage.peakMemoryBytes = bill.peakMemoryBytes ?? usage.peakMemoryBytes
    usage.peakProcesses = bill.peakProcesses ?? 0
    usage.isOfCgroup = bill.peakMemoryBytes != nil
    if bill.outOfMemoryKills > 0, cause == .itself { cause = .memory }
  }
}
