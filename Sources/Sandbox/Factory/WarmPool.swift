/// Sandboxes that stand ready, by spec, and launches that wait for one.
struct WarmPool {
  /// A launch that came when no sandbox was ready.
  struct QueuedLaunch {
    let request: LaunchRequest
    let stdio: JobDescriptors
    /// Whether a sandbox failed it before.
    let isRetry: Bool
  }

  private struct SpecPool {
    var idle: [PrebuiltSandbox] = []
    /// Asked for and not yet there.
    var pending = 0
    /// How many of those are of no use any more when they come.
    var stale = 0
    /// How many should be ready. It grows when a launch has to wait.
    var target = 1
    var queue = FIFOQueue<QueuedLaunch>()
    /// Milliseconds of the monotonic clock when a launch was last here.
    var lastUse: Int64 = 0
  }

  private var pools: [SpecPool] = []

  /// Ready sandboxes of one spec at most: each is a sleeping process of some 100 KiB.
  private static let targetMax = 16
  /// A spec that nobody used for so long goes back to one ready sandbox.
  private static let idleMillisecondsMax: Int64 = 60_000

  mutating func addSpecs(_ count: Int) {
    while pools.count < count { pools.append(SpecPool()) }
  }

  /// A ready sandbox, or nil; then the launch has to wait.
  mutating func acquire(_ specIndex: Int, now: Int64) -> PrebuiltSandbox? {
    pools[specIndex].lastUse = now
    return pools[specIndex].queue.isEmpty ? pools[specIndex].idle.popLast() : nil
  }

  /// Puts a launch in line.
  mutating func enqueue(_ launch: QueuedLaunch, for specIndex: Int) {
    pools[specIndex].queue.append(launch)
    pools[specIndex].target = min(pools[specIndex].target * 2, Self.targetMax)
  }

  /// Takes a launch out of the line.
  mutating func dequeue(_ launchID: UInt64) -> QueuedLaunch? {
    for specIndex in pools.indices {
      if let found = pools[specIndex].queue.removeFirst(where: { $0.request.launchID == launchID })
      {
        return found
      }
    }
    return nil
  }

  /// Takes every launch out of the lines.
  mutating func drainQueues() -> [QueuedLaunch] {
    var all: [QueuedLaunch] = []
    for specIndex in pools.indices {
      while let next = pools[specIndex].queue.popFirst() { all.append(next) }
    }
    return all
  }

  /// Nobody will ask for this spec again.
  mutating func retire(_ specIndex: Int) {
    invalidate(specIndex)
    pools[specIndex].target = 0
  }

  func isQueued(_ launchID: UInt64) -> Bool {
    pools.contains { $0.queue.contains { $0.request.launchID == launchID } }
  }

  /// A sandbox came, or its making failed.
  ///
  /// - Returns: the launch that waited longest, if any did.
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

  /// How many sandboxes of a spec have to be pending now; they count as pending.
  mutating func reserveMissing(_ specIndex: Int) -> Int {
    let pool = pools[specIndex]
    let coming = pool.idle.count + pool.pending - pool.stale
    let count = pool.target + pool.queue.count - coming
    guard count > 0 else { return 0 }
    pools[specIndex].pending += count
    return count
  }

  /// Sandboxes that show an entry's old file are of no use: those that are ready, and those on the way.
  mutating func invalidate(_ specIndex: Int) {
    pools[specIndex].idle = []
    pools[specIndex].stale = pools[specIndex].pending
  }

  /// Lets go of what has not been used for a while.
  mutating func shrinkIdle(now: Int64) {
    for specIndex in pools.indices
    where pools[specIndex].target > 1 && now - pools[specIndex].lastUse > Self.idleMillisecondsMax {
      pools[specIndex].target = 1
      pools[specIndex].idle.removeFirst(max(0, pools[specIndex].idle.count - 1))
    }
  }
}
