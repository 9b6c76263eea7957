internal import CLaunch
internal import CLinux
internal import Glibc

/// From a request to a running program.
extension Launcher {
  func admit(_ request: LaunchRequest, _ stdio: JobDescriptors) throws {
    guard stdio.areStreams else { throw WireError.badValue("descriptor") }
    guard request.entry < firstEntry + UInt32(entries.count) else {
      throw WireError.badValue("entry")
    }
    guard jobs[request.number] == nil, !cells.isWaiting(request.number) else {
      throw WireError.badValue("number")
    }
    guard request.entry >= firstEntry else {
      return try reply(.failed(request.number, LaunchFault(.retired, code: ESTALE)))
    }
    guard let kind = entries[Int(request.entry - firstEntry)].cell else {
      return try launch(request, stdio, in: nil)
    }
    if let cell = cells.take(kind, now: now()) {
      try launch(request, stdio, in: cell)
    } else {
      cells.wait(CellPool.Waiting(request: request, stdio: stdio, isRetry: false), for: kind)
    }
    try order(kind)
  }

  /// Has cells made until enough are ready.
  private func order(_ kind: Int) throws(SystemCallFailure) {
    for _ in 0..<cells.order(kind) { try sealed.preparer.order(kind) }
  }

  func takeCells() throws {
    while let arrival = try sealed.preparer.next(waits: false) { try take(arrival) }
  }

  func take(_ arrival: PreparerProcess.Arrival) throws {
    let kind = Int(arrival.reply.kind)
    let waiting = cells.arrived(arrival.cell, kind: kind)
    try order(kind)
    if let fault = arrival.reply.fault, waiting == nil {
      OperatorLog.warning("a cell could not be made ahead: \(fault.message)")
    }
    guard let waiting else { return }
    if let cell = arrival.cell {
      try launch(waiting.request, waiting.stdio, in: cell, isRetry: waiting.isRetry)
    } else {
      let fault = arrival.reply.fault ?? LaunchFault(.cellReport, code: EPROTO)
      try reply(.failed(waiting.request.number, fault))
    }
  }

  private func launch(
    _ request: LaunchRequest, _ stdio: JobDescriptors, in cell: Cell?, isRetry: Bool = false
  ) throws {
    do throws(LaunchFault) {
      let job = try start(request, stdio, in: cell)
      jobs[job.number] = job
      numbersByPid[job.pid] = job.number
      try reply(.launched(job.number))
      if let refusals = job.refusals { try watch(refusals, of: job.number) }
    } catch {
      // A cell that shows an old file, and a holder that was killed while it waited, are no reason
      // to fail: another cell is.
      if error.step == .join || error.step == .cellTree, let cell, !isRetry {
        cells.discard(cell.kind)
        cells.wait(
          CellPool.Waiting(request: request, stdio: stdio, isRetry: true), for: cell.kind)
        return try order(cell.kind)
      }
      try reply(.failed(request.number, error))
    }
  }

  private func watch(_ refusals: RefusalWatch, of number: UInt64) throws(LaunchFault) {
    do throws(SystemCallFailure) {
      try poller.add(refusals.listener.number, .read, token: Token.listener(number))
    } catch {
      throw LaunchFault(.listener, error)
    }
  }

  private func start(
    _ request: LaunchRequest, _ stdio: JobDescriptors, in cell: Cell?
  ) throws(LaunchFault) -> RunningJob {
    try requireOneThread()
    let index = Int(request.entry - firstEntry)
    let entry = entries[index]
    let pinned = try executables.pin(index)
    if pinned.isReplaced, cell != nil { throw LaunchFault(.cellTree, code: ESTALE) }
    let policy = try Self.tightened(entry.policy, by: request.tightening)
    let arguments = try Self.arguments(of: request, for: entry)
    guard let slot = slots.take() else { throw LaunchFault(.identity, code: EAGAIN) }
    do throws(LaunchFault) {
      let owner = owner(of: entry, slot)
      let order = JobOrder(
        request: request, entry: entry, policy: policy, arguments: arguments, stdio: stdio,
        cell: cell, slot: slot, uid: owner.uid, gid: owner.gid)
      return try start(order, pinned)
    } catch {
      slots.giveBack(slot)
      throw error
    }
  }

  /// The API process looks at both first, for better words; this is what holds if it is not what it
  /// was.
  private static func tightened(
    _ policy: EntryPolicy, by request: LaunchTightening
  ) throws(LaunchFault) -> EntryPolicy {
    do throws(TighteningRefusal) {
      return try policy.tightened(by: request)
    } catch {
      throw LaunchFault(.tightening, code: EPERM)
    }
  }

  private static func arguments(
    of request: LaunchRequest, for entry: SealedEntry
  ) throws(LaunchFault) -> [String] {
    let arguments = request.arguments.strings
    do throws(ArgumentRefusal) {
      try entry.arguments.check(arguments, in: entry.argumentFolders)
    } catch {
      throw LaunchFault(.arguments, code: EPERM, index: UInt32(error.index))
    }
    return entry.arguments.complete(arguments)
  }

  private func owner(of entry: SealedEntry, _ slot: JobSlot) -> (uid: UInt32, gid: UInt32) {
    if policy.mode == .sameUser { return (getuid(), getgid()) }
    guard let account = entry.policy.account else { return (slot.uid, slot.gid) }
    return (account.uid, account.gid)
  }

  private func start(
    _ order: JobOrder, _ pinned: borrowing Executable.Pinned
  ) throws(LaunchFault) -> RunningJob {
    let work = try WorkPlace.prepare(order, folders: sealed.folders)
    var cgroup: JobCgroup?
    do throws(LaunchFault) {
      cgroup = try takeCgroup(order.policy.cgroup)
      let report = try order.policy.diagnoses ? ListenerChannel() : nil
      let call = LaunchCall(
        fixed: order.entry.fixed, executable: pinned.handle.number, scriptPath: pinned.scriptPath,
        stdio: order.stdio.numbers,
        place: place(order, work, cgroup: cgroup, listener: report?.childsEnd ?? -1),
        uid: order.uid, gid: order.gid,
        limits: order.request.tightening.isEmpty
          ? nil : LaunchCall.Fixed.limits(of: order.policy),
        arguments: [order.policy.path] + order.arguments,
        environment: JobEnvironment.strings(workFolder: work.path, order.policy.environment))
      let pid = try call.run()
      let refusals = try report?.watch(by: order.entry.filter)
      return RunningJob(
        number: order.request.number, pid: pid, slot: order.slot, uid: order.uid,
        graceMilliseconds: Int64(order.policy.graceMilliseconds), cell: order.cell,
        isInPIDNamespace: order.cell != nil && order.entry.kind.hasPIDNamespace, cgroup: cgroup,
        folder: work.folderName, refusals: refusals,
        startedAtMicroseconds: linux_monotonic_us(),
        deadline: now() + Int64(order.policy.wallClockSeconds) * 1000)
    } catch {
      if let cgroup { cgroups.giveBack(cgroup, to: sealed.tree) }
      if let folder = work.folderName { retire(folder) }
      throw error
    }
  }

  private func place(
    _ order: JobOrder, _ work: WorkPlace, cgroup: JobCgroup?, listener: CInt
  ) -> LaunchCall.Place {
    let kind = order.entry.kind
    let dropped = order.entry.policy.dropped
    var place = LaunchCall.Place()
    place.workPath = work.path
    place.workFolder = work.enters?.number ?? -1
    place.workMount = work.mount?.number ?? -1
    place.listener = listener
    place.cgroup = cgroup?.cgroup.folder.number ?? -1
    if cgroup != nil, !dropped.contains(.cgroupNamespace) {
      place.flags |= LAUNCH_NEW_CGROUP_NAMESPACE.rawValue
    }
    if !dropped.contains(.keyring) { place.flags |= LAUNCH_NEW_KEYRING.rawValue }
    guard let cell = order.cell else { return place }
    place.cell = cell.holder.number
    place.namespaces = kind.joined
    place.ruleset = cell.ruleset?.number ?? -1
    if kind.network == .shared { place.network = sealed.preparer.network.number }
    if kind.hasPIDNamespace {
      place.flags |= LAUNCH_IN_PID_NAMESPACE.rawValue
      place.ownPIDNamespace = sealed.ownPIDNamespace.number
    }
    if policy.mode == .sameUser { place.flags |= LAUNCH_IN_USER_NAMESPACE.rawValue }
    return place
  }

  /// The clone is safe because nothing else runs here; this is where that is made sure of.
  private func requireOneThread() throws(LaunchFault) {
    do throws(SystemCallFailure) {
      let count = try threads.current()
      guard count == 1 else { throw SystemCallFailure(call: "thread", code: EDEADLK, object: "") }
    } catch {
      throw LaunchFault(.threads, error)
    }
  }

  private func takeCgroup(_ limits: CgroupLimits) throws(LaunchFault) -> JobCgroup? {
    do throws(SystemCallFailure) {
      return try cgroups.take(in: sealed.tree, limits)
    } catch {
      throw LaunchFault(.cgroup, error)
    }
  }
}
