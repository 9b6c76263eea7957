internal import SandboxBase
internal import SystemBase

/// The warm pool: prebuilt sandboxes by spec, and launches that are queued for one.
struct WarmPool {
  /// A launch that arrived when no sandbox of its spec was idle.
  struct QueuedLaunch {
    let request: LaunchRequest
    let stdio: JobDescriptors
    /// Whether this is the second attempt, after a sandbox that could not be used.
    let isRetry: Bool
  }

  /// Sandboxes of one spec, idle and requested, and the launches that are queued for one.
  private struct SpecPool {
    var idle: [PrebuiltSandbox] = []
    /// Sandboxes that were requested and have not arrived.
    var pending = 0
    /// Pending sandboxes that are discarded on arrival.
    var stale = 0
    /// Idle sandboxes to keep; doubled when a launch is queued, up to `targetMax`.
    var target = 1
    var queue = FIFOQueue<QueuedLaunch>()
    /// Time of the last launch, in milliseconds of the monotonic clock.
    var lastUse: Int64 = 0
  }

  private var pools: [SpecPool] = []

  /// Idle sandboxes of one spec at most: each is a sleeping process of about 100 KiB.
  private static let targetMax = 16
  /// A spec without launches for this long goes back to one idle sandbox.
  private static let idleMillisecondsMax: Int64 = 60_000

  mutating func addSpecs(_ count: Int) {
    while pools.count < count { pools.append(SpecPool()) }
  }

  /// Takes an idle sandbox; nil where the pool is exhausted and the launch has to be queued.
  mutating func acquire(_ specIndex: Int, now: Int64) -> PrebuiltSandbox? {
    pools[specIndex].lastUse = now
    return pools[specIndex].queue.isEmpty ? pools[specIndex].idle.popLast() : nil
  }

  /// Appends a launch to the queue of a spec.
  mutating func enqueue(_ launch: QueuedLaunch, for specIndex: Int) {
    pools[specIndex].queue.append(launch)
    pools[specIndex].target = min(pools[specIndex].target * 2, Self.targetMax)
  }

  /// Removes the queued launch with this id; nil where none is queued.
  mutating func dequeue(_ launchID: UInt64) -> QueuedLaunch? {
    for specIndex in pools.indices {
      if let found = pools[specIndex].queue.removeFirst(where: { $0.request.launchID == launchID })
      {
        return found
      }
    }
    return nil
  }

  /// Removes every queued launch.
  mutating func drainQueues() -> [QueuedLaunch] {
    var all: [QueuedLaunch] = []
    for specIndex in pools.indices {
      while let next = pools[specIndex].queue.popFirst() { all.append(next) }
    }
    return all
  }

  /// Stops the prebuilding of a spec that no entry uses any more.
  mutating func retire(_ specIndex: Int) {
    invalidate(specIndex)
    pools[specIndex].target = 0
  }

  func isQueued(_ launchID: UInt64) -> Bool {
    pools.contains { $0.queue.contains { $0.request.launchID == launchID } }
  }

  /// Adds a sandbox that arrived; nil where it could not be made.
  ///
  /// - Returns: the launch that was queued first, if any.
  mutating func deliver(_ sandbox: PrebuiltSandbox?, specIndex: Int) -> QueuedLaunch? {
    pools[specIndex].pending -= 1
    if pools[specIndex].stale > 0 {
      pools[specIndex].stale -= 1
      return nil
    }
    if let next = pools[specIndex].queue.popFirst() { return next }
    if let sandbox { pools[specIndex].idle.append(sandbox) }
    return nil
  }

  /// How many sandboxes of a spec have to be requested now; they are counted as pending.
  mutating func reserveMissing(_ specIndex: Int) -> Int {
    let pool = pools[specIndex]
    let coming = pool.idle.count + pool.pending - pool.stale
    let count = pool.target + pool.queue.count - coming
    guard count > 0 else { return 0 }
    pools[specIndex].pending += count
    return count
  }

  /// Discards the idle and pending sandboxes of a spec: their tree shows a file that was replaced.
  mutating func invalidate(_ specIndex: Int) {
    pools[specIndex].idle = []
    pools[specIndex].stale = pools[specIndex].pending
  }

  /// Discards idle sandboxes of specs that had no launch for `idleMillisecondsMax`.
  mutating func shrinkIdle(now: Int64) {
    for specIndex in pools.indices
    where pools[specIndex].target > 1 && now - pools[specIndex].lastUse > Self.idleMillisecondsMax {
      pools[specIndex].target = 1
      pools[specIndex].idle.removeFirst(max(0, pools[specIndex].idle.count - 1))
    }
  }
}
