internal import CLinux
internal import Glibc
internal import SandboxBase
internal import SystemBase

/// Termination, reaping and cleanup of jobs: from the first signal or exit to the reply `ended`.
extension Launcher {
  /// Milliseconds between two checks for remaining processes, where no event reports their exit.
  private static let sweepIntervalMilliseconds: Int64 = 2
  /// Milliseconds between two checks whether all of a job has ended within its grace, where no
  /// event reports it.
  private static let drainIntervalMilliseconds: Int64 = 50

  func terminate(_ launchID: UInt64, cause: ProcessEnd.Cause) throws {
    if warmPool.dequeue(launchID) != nil || removeMount(of: launchID) {
      return try reply(.failed(launchID, LaunchStepFailure(.cancelled, code: ECANCELED)))
    }
    guard var job = jobs[launchID], case .running = job.phase else { return }
    job.cause = cause
    job.phase = .terminating(killAt: now() + job.graceMilliseconds)
    jobs[launchID] = job
    thawToTerminate(job)  // A frozen job cannot act on anything.
    try signal(job, CInt(job.stopSignal.rawValue))
    try signal(job, SIGCONT)  // Neither can a stopped one.
  }

  /// Freezes a job and replies with the result.
  func freeze(_ launchID: UInt64) throws {
    try changeCgroup(of: launchID) { cgroup throws(SystemCallFailure) in try cgroup.freeze() }
  }

  /// Thaws a job and replies with the result.
  func thaw(_ launchID: UInt64) throws {
    try changeCgroup(of: launchID) { cgroup throws(SystemCallFailure) in try cgroup.thaw() }
  }

  /// Not for a job that is being terminated: frozen, it could not use its grace period.
  private func changeCgroup(
    of launchID: UInt64, _ change: (JobCgroup) throws(SystemCallFailure) -> Void
  ) throws {
    guard let job = jobs[launchID], case .running = job.phase else {
      return try reply(.frozen(launchID, code: ESRCH))
    }
    guard let cgroup = job.cgroup else {
      return try reply(.frozen(launchID, code: EOPNOTSUPP))
    }
    do throws(SystemCallFailure) {
      try change(cgroup)
    } catch {
      return try reply(.frozen(launchID, code: error.code))
    }
    try reply(.frozen(launchID, code: 0))
  }

  private func thawToTerminate(_ job: RunningJob) {
    guard let cgroup = job.cgroup, cgroup.wasFrozen else { return }
    do throws(SystemCallFailure) {
      try cgroup.thaw()
    } catch {
      OperatorLog.warning(
        "job.thaw_failed", "job \(job.launchID) could not be thawed: \(error)",
        ["launch": "\(job.launchID)", "error": "\(error)"])
    }
  }

  /// Sends a signal to every process of a job that can be identified as its own.
  private func signal(_ job: RunningJob, _ signal: CInt) throws(SystemCallFailure) {
    if let cgroup = job.cgroup { return try cgroup.cgroup.signalAll(signal) }
    guard policy.mode == .root, job.uid == job.slot.uid else {
      // Others may have this uid: only the main process is surely the job's.
      let process = Descriptor(adopting: try checked("pidfd_open", linux_pidfd_open(job.pid)))
      _ = linux_pidfd_send_signal(process.fd, signal)
      return
    }
    try Sweep.signal(signal, uid: job.uid, sweeper: policy.identities.sweeper)
  }

  func kill(_ job: RunningJob) throws(SystemCallFailure) {
    if job.isInPIDNamespace, let sandbox = job.sandbox { return sandbox.end() }
    if let cgroup = job.cgroup { return try cgroup.kill() }
    try Sweep.signal(SIGKILL, uid: job.uid, sweeper: policy.identities.sweeper)
  }

  func reapAll() throws {
    drainSignals()
    var end = linux_child_end()
    while true {
      // SAFETY: wait4(2) writes one linux_child_end, which is a local variable.
      let answer = unsafe linux_wait4_any(&end)
      guard answer != 0, answer != -ECHILD else { return }
      // A child that ended and cannot be reaped would be waited for for ever.
      try checked("wait4", answer)
      if pendingReload?.isProcess(end.pid) == true { pendingReload?.isReaped = true }
      // Others are orphans of jobs, which come to this process as their subreaper.
      guard let launchID = launchIDsByPID.removeValue(forKey: end.pid), var job = jobs[launchID]
      else {
        continue
      }
      try checkFactory(of: job, end)
      if job.limits.isCPUSpent(microseconds: end.limited_cpu_us) { job.sample.met.insert(.cpu) }
      job.end = try processEnd(of: job, end)
      if case .terminating(let killAt) = job.phase, canDrain(job) {
        try drain(job, killAt: killAt)
      } else {
        try sweep(job)
      }
    }
  }

  /// A job that died because the factory did, and every sandbox with it, did not end by itself: it
  /// is lost, as all others are, and may run again where its entry is restartable.
  private func checkFactory(of job: RunningJob, _ end: linux_child_end) throws(LaunchStepFailure) {
    guard job.isInPIDNamespace, job.cause == .itself, end.is_signal == 1, end.value == SIGKILL,
      sealed.factory.hasExited
    else { return }
    throw LaunchStepFailure(.channel, code: ECHILD)
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

  /// Whether it can be told that all of a job has ended, without killing what is left of it.
  private func canDrain(_ job: RunningJob) -> Bool {
    job.cgroup != nil || (policy.mode == .root && job.uid == job.slot.uid)
  }

  /// Leaves the rest of the grace to what the main process of a job left behind: a wrapper that
  /// dies of the stop signal is not the end of the program that it waited for.
  private func drain(_ drained: RunningJob, killAt: Int64) throws {
    var job = drained
    let interval = job.cgroup == nil ? Self.drainIntervalMilliseconds : .max / 2
    job.phase = .draining(killAt: killAt, nextCheckAt: now() + interval)
    jobs[job.launchID] = job
    if let cgroup = job.cgroup {
      guard try cgroup.cgroup.isPopulated() else { return try complete(job) }
      try watch(cgroup, of: job)
      if try !cgroup.cgroup.isPopulated() { try complete(job) }
    } else if try !Sweep.isLeft(job.uid) {
      try complete(job)
    }
  }

  func sweep(_ swept: RunningJob) throws {
    var job = swept
    job.phase = .sweeping(nextCheckAt: now() + Self.sweepIntervalMilliseconds)
    jobs[job.launchID] = job
    try killRemaining(of: job)
  }

  /// Kills every remaining process of a job whose main process was reaped.
  private func killRemaining(of job: RunningJob) throws {
    if let cgroup = job.cgroup {
      if try isEmptied(cgroup, after: job) { try complete(job) }
    } else if job.isInPIDNamespace, let sandbox = job.sandbox {
      sandbox.end()
      try watchInit(of: sandbox, job)
    } else {
      guard try Sweep.isLeft(job.uid) else { return try complete(job) }
      try Sweep.signal(SIGKILL, uid: job.uid, sweeper: policy.identities.sweeper)
    }
  }

  /// - Returns: true when the cgroup is empty; else an event of it will follow.
  private func isEmptied(
    _ slot: JobCgroup, after job: RunningJob
  ) throws(SystemCallFailure) -> Bool {
    guard try slot.cgroup.isPopulated() else { return true }
    try kill(job)
    try watch(slot, of: job)
    return try !slot.cgroup.isPopulated()
  }

  /// Asks for an event when a cgroup is empty. Not before the main process was reaped: the
  /// level-triggered event of a running job would never be read.
  private func watch(_ slot: JobCgroup, of job: RunningJob) throws(SystemCallFailure) {
    guard watchedCgroups[slot.index] == nil else { return }
    try poller.add(slot.cgroup.eventsFD, .priority, token: Token.cgroup(slot.index))
    watchedCgroups[slot.index] = job.launchID
  }

  func handleCgroupEvent(_ index: Int) throws {
    guard let launchID = watchedCgroups[index], let job = jobs[launchID] else { return }
    switch job.phase {
    case .sweeping: try killRemaining(of: job)
    case .draining(let killAt, _): try drain(job, killAt: killAt)
    case .running, .terminating, .killed: break
    }
  }

  /// Pid 1 of a PID namespace exits after every other process in it.
  private func watchInit(of sandbox: PrebuiltSandbox, _ job: RunningJob) throws(SystemCallFailure) {
    jobs[job.launchID]?.phase = .killed
    try poller.add(sandbox.initProcess.fd, .read, token: Token.sandbox(job.launchID))
  }

  func handleInitExit(of launchID: UInt64) throws {
    guard let job = jobs[launchID], let sandbox = job.sandbox else { return }
    poller.remove(sandbox.initProcess.fd)
    try complete(job)
  }

  func handleSeccompNotification(of launchID: UInt64) throws {
    guard let job = jobs[launchID], let refusals = job.refusals, refusals.handleNotification()
    else { return }
    jobs[launchID]?.cause = .filter
    jobs[launchID]?.phase = .killed
    try kill(job)
  }

  private func unwatch(_ slot: JobCgroup) {
    guard watchedCgroups.removeValue(forKey: slot.index) != nil else { return }
    poller.remove(slot.cgroup.eventsFD)
  }

  private func complete(_ job: RunningJob) throws {
    var end = job.end
    if let refusals = job.refusals { poller.remove(refusals.listener.fd) }
    if let cgroup = job.cgroup {
      let usage = try cgroup.usage()
      end?.merge(usage)
      if usage.processLimitHits > 0 { end?.limitsMet.insert(.processes) }
      unwatch(cgroup)
    }
    if let met = end.map({ job.limitsMet(by: $0).union(scratchLimitsMet(job)) }) {
      end?.limitsMet.formUnion(met)
    }
    end?.addPeak(job.sample.memoryBytesMax)
    end?.isKilledInGrace = job.isKilledInGrace
    end?.endedAtMicroseconds = linux_realtime_us()
    job.files?.takeOut()
    if let folder = job.folder { moveToTrash(folder) }
    jobs[job.launchID] = nil
    slots.release(job.slot)
    if let fault = job.fault {
      try reply(.failed(job.launchID, fault))
    } else if let end {
      try reply(.ended(job.launchID, end))
    }
    // Slow operations follow the reply; the sandbox is killed with its last reference.
    if let cgroup = job.cgroup { cgroups.release(cgroup, to: sealed.tree) }
    if let folder = job.folder { removeFromTrash(folder) }
    fillCgroups()
  }

  /// Where none can be made ahead, the next launch tries again, and says why.
  private func fillCgroups() {
    do throws(SystemCallFailure) {
      try cgroups.fill(in: sealed.tree)
    } catch {
      OperatorLog.warning(
        "cgroup.build_failed", "a cgroup could not be made ahead: \(error)",
        ["error": "\(error)"])
    }
  }

  private func moveToTrash(_ folder: String) {
    do throws(SystemCallFailure) {
      try sealed.instanceFolder.moveToTrash(folder)
    } catch {
      OperatorLog.error(
        "trash.removal_failed", "the working folder \(folder) could not be removed: \(error)",
        ["folder": folder, "error": "\(error)"])
    }
  }

  private func removeFromTrash(_ folder: String) {
    if !sealed.instanceFolder.removeFromTrash(folder) { sealed.janitor.notify() }
  }

  func discard(_ folder: String) {
    moveToTrash(folder)
    removeFromTrash(folder)
  }

  func handleTimer(of job: RunningJob, _ time: Int64) throws {
    switch job.phase {
    case .running:
      try terminate(job.launchID, cause: .wallClock)
    case .terminating:
      jobs[job.launchID]?.phase = .killed
      jobs[job.launchID]?.isKilledInGrace = true
      try kill(job)
    case .draining(let killAt, _) where time >= killAt:
      var job = job
      job.isKilledInGrace = true
      try sweep(job)
    case .draining(let killAt, _):
      try drain(job, killAt: killAt)
    case .killed:
      break
    case .sweeping:
      jobs[job.launchID]?.phase = .sweeping(nextCheckAt: time + Self.sweepIntervalMilliseconds)
      try killRemaining(of: job)
    }
  }
}

extension ProcessEnd {
  /// The peak that was seen of the job as a whole, where no cgroup counted it.
  mutating func addPeak(_ bytes: UInt64) {
    if !usage.isOfCgroup { usage.peakMemoryBytes = max(usage.peakMemoryBytes, bytes) }
  }

  /// What the cgroup counted is of everything in it; what wait4(2) says, of the main process.
  mutating func merge(_ cgroupUsage: CgroupUsage) {
    usage.userMicroseconds = max(usage.userMicroseconds, cgroupUsage.userMicroseconds)
    usage.systemMicroseconds = max(usage.systemMicroseconds, cgroupUsage.systemMicroseconds)
    usage.peakMemoryBytes = cgroupUsage.peakMemoryBytes ?? usage.peakMemoryBytes
    usage.peakProcesses = cgroupUsage.peakProcesses ?? 0
    usage.isOfCgroup = cgroupUsage.peakMemoryBytes != nil
    if cgroupUsage.outOfMemoryKills > 0, cause == .itself { cause = .memory }
  }
}
