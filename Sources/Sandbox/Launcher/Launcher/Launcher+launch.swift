internal import CLaunch
internal import CLinux
internal import Glibc
internal import SandboxBase
internal import SharedBounds
internal import SystemBase

/// Admission and start of jobs: from a launch request to a running program.
extension Launcher {
  func admit(_ request: LaunchRequest, _ stdio: JobDescriptors) throws {
    if request.hasFiles { stdio.splitFolder() }
    guard (3...4).contains(stdio.fds.count), stdio.areStreams else {
      throw WireError.badValue("descriptor")
    }
    let isRetired = request.entry.generation < generation
    guard isRetired || request.entry.generation == generation,
      isRetired || request.entry.index < UInt32(entries.count)
    else { throw WireError.badValue("entry") }
    guard jobs[request.launchID] == nil, !warmPool.isQueued(request.launchID),
      !isMounting(request.launchID)
    else {
      throw WireError.badValue("number")
    }
    guard !isRetired else {
      return try reply(.failed(request.launchID, LaunchStepFailure(.retired, code: ESTALE)))
    }
    guard let specIndex = entries[Int(request.entry.index)].specIndex else {
      return try launchOrRetry(request, stdio, in: nil)
    }
    let launch = WarmPool.QueuedLaunch(request: request, stdio: stdio, isRetry: false)
    if let sandbox = warmPool.acquire(specIndex, now: now()) {
      try mountAndLaunch(launch, in: sandbox)
    } else {
      warmPool.enqueue(launch, for: specIndex)
    }
    try requestSandboxes(specIndex)
  }

  /// Requests sandboxes until the warm pool has its target.
  private func requestSandboxes(_ specIndex: Int) throws(SystemCallFailure) {
    for _ in 0..<warmPool.reserveMissing(specIndex) { try sealed.factory.requestSandbox(specIndex) }
  }

  func receiveSandboxes() throws {
    while let delivery = try sealed.factory.receiveReply(waits: false) {
      try handleDelivery(delivery)
    }
  }

  func handleDelivery(_ delivery: FactoryProcess.Delivery) throws {
    if delivery.isOfMounter { return try handleMounterStart(delivery) }
    let specIndex = Int(delivery.reply.specIndex)
    let waiting = warmPool.deliver(delivery.sandbox, specIndex: specIndex)
    try requestSandboxes(specIndex)
    if let fault = delivery.reply.fault, waiting == nil {
      OperatorLog.warning(
        "sandbox.build_failed", "a sandbox could not be made ahead: \(fault.message)",
        ["step": fault.step.name])
    }
    guard let waiting else { return }
    if let sandbox = delivery.sandbox {
      try mountAndLaunch(waiting, in: sandbox)
    } else {
      let fault = delivery.reply.fault ?? LaunchStepFailure(.sandboxReport, code: EPROTO)
      try reply(.failed(waiting.request.launchID, fault))
    }
  }

  func launchOrRetry(
    _ request: LaunchRequest, _ stdio: JobDescriptors, in sandbox: PrebuiltSandbox?,
    isRetry: Bool = false
  ) throws {
    let job: RunningJob
    do throws(LaunchStepFailure) {
      job = try prepareAndStart(request, stdio, in: sandbox)
    } catch {
      return try failOrRetry(request, stdio, error, in: sandbox, isRetry: isRetry)
    }
    jobs[job.launchID] = job
    sampleQueue.append(job.launchID)
    launchIDsByPID[job.pid] = job.launchID
    try watchRefusals(of: job)
  }

  /// A sandbox with a replaced file, or whose init was killed, is discarded and the launch retried
  /// once with another one.
  func failOrRetry(
    _ request: LaunchRequest, _ stdio: JobDescriptors, _ fault: LaunchStepFailure,
    in sandbox: PrebuiltSandbox?, isRetry: Bool
  ) throws {
    if fault.step == .join || fault.step == .sandboxTree, let sandbox, !isRetry {
      warmPool.invalidate(sandbox.specIndex)
      warmPool.enqueue(
        WarmPool.QueuedLaunch(request: request, stdio: stdio, isRetry: true),
        for: sandbox.specIndex)
      return try requestSandboxes(sandbox.specIndex)
    }
    try reply(.failed(request.launchID, fault))
  }

  /// Begins to answer for a job's filter. A program for which that cannot be done runs already: it
  /// is killed, and its launch has failed once nothing of it is left.
  private func watchRefusals(of job: RunningJob) throws {
    var fault = job.fault
    if let refusals = job.refusals {
      do throws(SystemCallFailure) {
        try poller.add(refusals.listener.fd, .read, token: Token.listener(job.launchID))
      } catch {
        fault = LaunchStepFailure(.listener, error)
      }
    }
    guard let fault else { return }
    jobs[job.launchID]?.fault = fault
    jobs[job.launchID]?.phase = .killed
    try kill(job)
  }

  private func prepareAndStart(
    _ request: LaunchRequest, _ stdio: JobDescriptors, in sandbox: PrebuiltSandbox?
  ) throws(LaunchStepFailure) -> RunningJob {
    try requireOneThread()
    let index = Int(request.entry.index)
    let entry = entries[index]
    let pinned = try executables.pin(index, avoiding: remoteMounts())
    if pinned.isReplaced, sandbox != nil { throw LaunchStepFailure(.sandboxTree, code: ESTALE) }
    let policy = try Self.tightened(entry.policy, by: request.tightening)
    try Self.checkArguments(of: request, for: entry)
    guard let slot = slots.acquire() else { throw LaunchStepFailure(.identity, code: EAGAIN) }
    do throws(LaunchStepFailure) {
      let credentials = credentials(of: entry, slot)
      let prepared = PreparedLaunch(
        request: request, entry: entry, policy: policy, stdio: stdio, sandbox: sandbox, slot: slot,
        uid: credentials.uid, gid: credentials.gid)
      return try start(prepared, pinned)
    } catch {
      slots.release(slot)
      throw error
    }
  }

  private func remoteMounts() throws(LaunchStepFailure) -> RemoteMountTable {
    do throws(SystemCallFailure) {
      return try mounts.remote()
    } catch {
      throw LaunchStepFailure(.executable, error)
    }
  }

  /// The service process checks both first and has the better error texts; this check holds if it
  /// is compromised.
  private static func tightened(
    _ policy: EntryPolicy, by request: LaunchTightening
  ) throws(LaunchStepFailure) -> EntryPolicy {
    do throws(TighteningRefusal) {
      return try policy.tightened(by: request)
    } catch {
      throw LaunchStepFailure(.tightening, code: EPERM)
    }
  }

  private static func checkArguments(
    of request: LaunchRequest, for entry: SealedEntry
  ) throws(LaunchStepFailure) {
    do throws(ArgumentRefusal) {
      try entry.arguments.check(request.arguments, in: entry.argumentFolders)
    } catch {
      throw LaunchStepFailure(.arguments, code: EPERM, index: UInt32(error.index))
    }
  }

  private func credentials(of entry: SealedEntry, _ slot: JobSlot) -> (uid: UInt32, gid: UInt32) {
    if policy.mode == .sameUser { return (getuid(), getgid()) }
    guard let account = entry.policy.account else { return (slot.uid, slot.gid) }
    return (account.uid, account.gid)
  }

  private func start(
    _ prepared: PreparedLaunch, _ pinned: borrowing Executable.PinnedFile
  ) throws(LaunchStepFailure) -> RunningJob {
    let work = try WorkFolder.prepare(
      prepared, instanceFolder: sealed.instanceFolder, service: policy.serviceUser)
    var cgroup: JobCgroup?
    do throws(LaunchStepFailure) {
      cgroup = try acquireCgroup(prepared.policy.cgroup)
      let cgroupMount = try cgroupMount(cgroup, prepared)
      let report = try prepared.policy.diagnoses ? ListenerChannel() : nil
      let call = LaunchCall(
        fixed: prepared.entry.fixed, executable: pinned.handle.fd, scriptPath: pinned.scriptPath,
        stdio: prepared.stdio.fds,
        placement: placement(
          prepared, work, cgroup: cgroup, cgroupMount: cgroupMount,
          listener: report?.childsEnd ?? -1),
        uid: prepared.uid, gid: prepared.gid,
        limits: prepared.request.tightening.isEmpty
          ? nil : LaunchCall.FixedPlan.limits(of: prepared.policy),
        ownArguments: [prepared.policy.path] + prepared.policy.arguments.first
          + (prepared.stdio.fds.count > 3 ? prepared.policy.arguments.progress : []),
        arguments: prepared.request.arguments,
        environment: JobEnvironment.strings(workFolder: work.path, prepared.policy.environment))
      let pid = try withExtendedLifetime(cgroupMount) { () throws(LaunchStepFailure) in
        try call.run()
      }
      // From here on there is a program, and what fails must end it first.
      var refusals: SeccompListener?
      var fault: LaunchStepFailure?
      do throws(LaunchStepFailure) {
        refusals = try report?.receiveListener(judgedBy: prepared.entry.filter)
      } catch {
        fault = error
      }
      var job = RunningJob(
        launchID: prepared.request.launchID, pid: pid, slot: prepared.slot, uid: prepared.uid,
        stopSignal: prepared.policy.stopSignal,
        graceMilliseconds: Int64(prepared.policy.graceMilliseconds),
        limits: prepared.policy.limits, memoryBytesMax: prepared.policy.cgroup.memoryBytes,
        sandbox: prepared.sandbox,
        isInPIDNamespace: prepared.sandbox != nil && prepared.entry.spec.hasPIDNamespace,
        cgroup: cgroup,
        folder: work.folderName, files: work.files, refusals: refusals,
        startedAtMicroseconds: linux_monotonic_us(),
        deadline: now() + Int64(prepared.policy.wallClockSeconds) * 1000)
      job.fault = fault
      return job
    } catch {
      if let cgroup { cgroups.release(cgroup, to: sealed.tree) }
      // Another try finds them where they were.
      let isRestored = work.files?.restore(work.folderName, to: sealed.instanceFolder) ?? false
      if !isRestored, let folder = work.folderName { discard(folder) }
      throw error
    }
  }

  private func placement(
    _ prepared: PreparedLaunch, _ work: WorkFolder, cgroup: JobCgroup?,
    cgroupMount: SharedDescriptor?, listener: CInt
  ) -> LaunchCall.Placement {
    let spec = prepared.entry.spec
    let dropped = prepared.entry.policy.dropped
    var placement = LaunchCall.Placement()
    placement.workPath = work.path
    placement.workFolder = work.enters?.fd ?? -1
    placement.workMount = work.mount?.fd ?? -1
    placement.listener = listener
    placement.cgroup = cgroup?.cgroup.folder.fd ?? -1
    placement.cgroupMount = cgroupMount?.fd ?? -1
    if cgroup != nil, !dropped.contains(.cgroupNamespace) {
      placement.flags |= LAUNCH_NEW_CGROUP_NAMESPACE.rawValue
    }
    if !dropped.contains(.keyring) { placement.flags |= LAUNCH_NEW_KEYRING.rawValue }
    guard let sandbox = prepared.sandbox else { return placement }
    placement.sandbox = sandbox.initProcess.fd
    placement.namespaces = spec.joined
    placement.ruleset = sandbox.ruleset?.fd ?? -1
    if spec.network == .shared { placement.network = sealed.factory.network.fd }
    if spec.hasPIDNamespace {
      placement.flags |= LAUNCH_IN_PID_NAMESPACE.rawValue
      placement.ownPIDNamespace = sealed.ownPIDNamespace.fd
    }
    if policy.mode == .sameUser { placement.flags |= LAUNCH_IN_USER_NAMESPACE.rawValue }
    return placement
  }

  /// clone with CLONE_VM is safe only in a process with one thread.
  private func requireOneThread() throws(LaunchStepFailure) {
    do throws(SystemCallFailure) {
      let count = try threads.current()
      guard count == 1 else { throw SystemCallFailure(call: "thread", code: EDEADLK, object: "") }
    } catch {
      throw LaunchStepFailure(.threads, error)
    }
  }

  private func acquireCgroup(_ limits: CgroupLimits) throws(LaunchStepFailure) -> JobCgroup? {
    do throws(SystemCallFailure) {
      return try cgroups.acquire(in: sealed.tree, limits)
    } catch {
      throw LaunchStepFailure(.cgroup, error)
    }
  }

  /// The job's cgroup for its tree: nil where /proc/self/cgroup would name another path than the
  /// mount has (no tree, or no cgroup namespace), and for `--same-user`, which may not copy a mount
  /// of the host.
  private func cgroupMount(
    _ cgroup: JobCgroup?, _ prepared: PreparedLaunch
  ) throws(LaunchStepFailure) -> SharedDescriptor? {
    guard let cgroup, policy.mode == .root, prepared.entry.spec.hasTree,
      !prepared.entry.policy.dropped.contains(.cgroupNamespace)
    else { return nil }
    do throws(SystemCallFailure) {
      return try cgroup.readOnlyMount()
    } catch {
      throw LaunchStepFailure(.cgroup, error)
    }
  }
}
