internal import Glibc
internal import SandboxBase
internal import SystemBase

/// The host paths of a launch: mounted into its sandbox by the path mounter of its spec, which has
/// `mountMillisecondsMax` for it.
extension Launcher {
  /// How long the file systems of one launch have to answer, in milliseconds.
  static let mountMillisecondsMax: Int64 = 5000

  /// Has the host paths of a launch mounted, if its entry has any, and launches it.
  func mountAndLaunch(_ launch: WarmPool.QueuedLaunch, in sandbox: PrebuiltSandbox) throws {
    guard let paths = specs.specs[sandbox.specIndex]?.hostPaths, !paths.isEmpty else {
      return try launchOrRetry(launch.request, launch.stdio, in: sandbox, isRetry: launch.isRetry)
    }
    let specIndex = sandbox.specIndex
    var queue = mountQueues[specIndex] ?? MountQueue(paths: paths)
    queue.waiting.append(MountQueue.Launch(launch: launch, sandbox: sandbox))
    mountQueues[specIndex] = queue
    try feedMounter(specIndex)
  }

  /// Gives the mounter of a spec its next task, and starts one where there is none.
  func feedMounter(_ specIndex: Int) throws {
    guard var queue = mountQueues[specIndex], queue.current == nil else { return }
    guard !queue.waiting.isEmpty || queue.isProbeWanted else { return }
    switch queue.mounter {
    case .starting:
      return
    case .killed(let process, let index):
      // Nothing new is asked of a file system that still keeps the last one who asked.
      guard process.hasExited else { return try failMounts(specIndex, index, code: ETIMEDOUT) }
      fallthrough
    case .none:
      queue.mounter = .starting
      mountQueues[specIndex] = queue
      return try sealed.factory.requestMounter(specIndex)
    case .running(let process):
      let next = queue.waiting.popFirst()
      if next == nil { queue.isProbeWanted = false }
      queue.current = MountQueue.CurrentRequest(
        launch: next, sandbox: next?.sandbox, deadline: now() + Self.mountMillisecondsMax)
      mountQueues[specIndex] = queue
      do throws(SystemCallFailure) {
        if let next {
          try process.requestMounts(in: next.sandbox)
        } else {
          try process.requestProbe()
        }
      } catch {
        // It has exited: its channel says so as an event.
        guard error.code == EPIPE else { throw error }
      }
    }
  }

  func handleMounterStart(_ delivery: FactoryProcess.Delivery) throws {
    let specIndex = Int(delivery.reply.specIndex)
    guard mountQueues[specIndex] != nil else { return }
    guard let process = delivery.mounter else {
      mountQueues[specIndex]?.mounter = .none
      return try failMounts(specIndex, 0, code: delivery.reply.fault?.code ?? EPROTO)
    }
    try poller.add(process.channelFD, .read, token: Token.mounter(specIndex))
    mountQueues[specIndex]?.mounter = .running(process)
    try feedMounter(specIndex)
  }

  func handleMounterReply(_ specIndex: Int) throws {
    guard case .running(let process)? = mountQueues[specIndex]?.mounter else { return }
    switch try process.receiveReply() {
    case .nothing:
      return
    case .exited:
      poller.remove(process.channelFD)
      mountQueues[specIndex]?.mounter = .none
      let fault = LaunchStepFailure(.hostPath, code: ECHILD)
      try closeEntries(specIndex, fault)
      return try endMounts(specIndex, fault)
    case .reply(.reached(let index)):
      mountQueues[specIndex]?.current?.reached = Int(index)
    case .reply(.done):
      try openEntries(specIndex)
      try endMounts(specIndex, nil)
    case .reply(.noSandbox(let code)):
      try endMounts(specIndex, LaunchStepFailure(.join, code: code))
    case .reply(.failed(let index, let code)):
      let fault = pathFault(specIndex, Int(index), code: code)
      try closeEntries(specIndex, fault)
      try endMounts(specIndex, fault)
    }
  }

  /// Ends what the mounter worked on, and gives it the next task.
  private func endMounts(_ specIndex: Int, _ fault: LaunchStepFailure?) throws {
    let current = mountQueues[specIndex]?.current
    mountQueues[specIndex]?.current = nil
    if let waiting = current?.launch {
      let launch = waiting.launch
      if let fault {
        try failOrRetry(
          launch.request, launch.stdio, fault, in: waiting.sandbox, isRetry: launch.isRetry)
      } else {
        try launchOrRetry(
          launch.request, launch.stdio, in: waiting.sandbox, isRetry: launch.isRetry)
      }
    }
    try feedMounter(specIndex)
  }

  /// Kills mounters that are late; every launch that waits for one fails.
  func checkMountDeadlines(_ time: Int64) throws {
    for (specIndex, queue) in mountQueues {
      guard case .running(let process) = queue.mounter, let current = queue.current,
        current.deadline <= time
      else { continue }
      process.kill()
      poller.remove(process.channelFD)
      mountQueues[specIndex]?.mounter = .killed(process, index: current.reached)
      try failMounts(specIndex, current.reached, code: ETIMEDOUT)
    }
  }

  /// The next time at which `checkMountDeadlines` or `probeClosed` has something to do.
  var nextMountDeadline: Int64? {
    mountQueues.values.lazy.compactMap { queue in
      [queue.current?.deadline, queue.closure?.probeAt].compactMap { $0 }.min()
    }.min()
  }

  private func failMounts(_ specIndex: Int, _ index: Int, code: Int32) throws {
    let launches = mountQueues[specIndex]?.drain() ?? []
    mountQueues[specIndex]?.current = nil
    mountQueues[specIndex]?.isProbeWanted = false
    let fault = pathFault(specIndex, index, code: code)
    try closeEntries(specIndex, fault)
    for waiting in launches { try reply(.failed(waiting.launch.request.launchID, fault)) }
  }

  private func pathFault(_ specIndex: Int, _ index: Int, code: Int32) -> LaunchStepFailure {
    guard let paths = mountQueues[specIndex]?.paths, index < paths.count else {
      return LaunchStepFailure(.hostPath, code: EPROTO)
    }
    let path = paths[index]
    var object = path.path
    if path.source != path.path { object += ", which leads to \(path.source)" }
    do throws(SystemCallFailure) {
      if let mount = try mounts.table().mount(of: path.source) {
        object += " (\(mount.type) mounted at \(mount.mountPoint))"
      }
    } catch {
      OperatorLog.warning(
        "mounts.listing_failed", "the mounts of the host cannot be listed: \(error)",
        ["error": "\(error)"])
    }
    return LaunchStepFailure(.hostPath, code: code, index: UInt32(index), object: object)
  }

  /// Removes a launch that waits for its mounts.
  func removeMount(of launchID: UInt64) -> Bool {
    mountQueues.keys.contains { mountQueues[$0]?.remove(launchID) != nil }
  }

  func isMounting(_ launchID: UInt64) -> Bool {
    mountQueues.values.contains { $0.contains(launchID) }
  }

  func drainMountQueues() -> [WarmPool.QueuedLaunch] {
    mountQueues.keys.flatMap { mountQueues[$0]?.drain() ?? [] }.map(\.launch)
  }

  /// Ends the mounter of a spec that no entry uses any more: at the end of its channel.
  func retireMounter(_ specIndex: Int) {
    if case .running(let process)? = mountQueues[specIndex]?.mounter {
      poller.remove(process.channelFD)
    }
    mountQueues[specIndex] = nil
  }
}
