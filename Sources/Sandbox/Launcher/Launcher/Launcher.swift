internal import CLinux
internal import Glibc
internal import SandboxBase
internal import SystemBase

/// The sealed launcher: one thread and one event loop. It launches entries of its table, terminates
/// jobs on request or timeout, and replies with each result.
final class Launcher {
  let channel: Channel
  let policy: LaunchPolicy
  /// The entry table in force, and the number of its generation: that of reloads since the seal.
  var entries: [SealedEntry]
  var generation: UInt32 = 0
  var executables: ExecutableTable
  var specs: SandboxSpecTable
  var mounts: MountReader
  /// The reload in progress; nil where there is none.
  var pendingReload: PolicyReload?
  let sealed: SealedPolicy
  let threads: ThreadCount
  private let signals: Descriptor
  let poller: Poller

  var slots: SlotPool
  var warmPool = WarmPool()
  /// By spec, for specs with host paths that had a launch.
  var mountQueues: [Int: MountQueue] = [:]
  var cgroups = CgroupPool()
  var jobs: [UInt64: RunningJob] = [:]
  var launchIDsByPID: [Int32: UInt64] = [:]
  /// Processes that settle results, by the number of their request.
  var results: [UInt64: ResultProcess] = [:]
  /// Cgroups whose `populated` event is awaited, with the launch id of their job.
  var watchedCgroups: [Int: UInt64] = [:]
  private var gate = RequestGate(in: .sealed)
  private var replyQueue = ReplyQueue(token: Token.channel)
  var buffer = [UInt8](repeating: 0, count: Request.bytesMax)
  private var nextShrink: Int64 = 0
  var nextSample: Int64 = 0
  /// Jobs in the order of their samples, and some that have ended.
  var sampleQueue = FIFOQueue<UInt64>()
  /// The cgroup that the launcher was started in; nil where it is in that still.
  private var formerCgroup: String?

  /// Milliseconds between two checks for idle sandboxes.
  private static let shrinkIntervalMilliseconds: Int64 = 10_000

  /// Tokens of the poller: the low three bits are the type of the source, the others its id.
  enum Token {
    static let channel: UInt64 = 0
    static let signals: UInt64 = 8
    static let janitor: UInt64 = 16
    static let factory: UInt64 = 24
    static let compiler: UInt64 = 32
    static func cgroup(_ index: Int) -> UInt64 { UInt64(index) << 3 | 1 }
    static func sandbox(_ launchID: UInt64) -> UInt64 { launchID << 3 | 2 }
    static func mounter(_ specIndex: Int) -> UInt64 { UInt64(specIndex) << 3 | 4 }
    static func listener(_ launchID: UInt64) -> UInt64 { launchID << 3 | 3 }
    static func result(_ requestID: UInt64) -> UInt64 { requestID << 3 | 5 }
  }

  init(
    channel: consuming Channel, _ sealed: consuming SealedPolicy
  ) throws(SystemCallFailure) {
    let watched = [SIGCHLD]
    // SAFETY: signalfd(2) reads one number, and the array holds one.
    let signalFD = unsafe watched.withUnsafeBufferPointer {
      unsafe linux_signalfd($0.baseAddress!, 1)
    }
    var sealed = sealed
    let ready = sealed.sandboxes
    sealed.sandboxes = []
    let entries = sealed.entries
    let policy = sealed.policy
    self.channel = channel
    self.policy = policy
    self.entries = entries
    self.specs = sealed.specs
    self.executables = ExecutableTable(entries.map(\.executable))
    self.sealed = sealed
    self.slots = SlotPool(policy.identities)
    self.mounts = try MountReader()
    self.threads = try ThreadCount()
    self.signals = Descriptor(adopting: try checked("signalfd", signalFD))
    self.poller = try Poller()
    warmPool.addSpecs(specs.count)
    try poller.add(self.channel.fd, .read, token: Token.channel)
    try poller.add(signals.fd, .read, token: Token.signals)
    try poller.add(self.sealed.janitor.channelFD, .read, token: Token.janitor)
    try poller.add(self.sealed.factory.channelFD, .read, token: Token.factory)
    for sandbox in ready {
      _ = warmPool.reserveMissing(sandbox.specIndex)
      _ = warmPool.deliver(sandbox, specIndex: sandbox.specIndex)
    }
    for entry in entries { try self.channel.sendWaiting(Reply.inForce(entry.enforcement).bytes) }
    try self.channel.sendWaiting(Reply.sealed.bytes)
  }

  /// Runs the event loop until the service process has exited.
  ///
  /// - Throws: any error after which the launcher cannot go on; the janitor then kills every job.
  func run() throws {
    enterCgroup()
    try probeFresh()
    while true {
      for event in try poller.wait(timeoutMilliseconds: timeout()) {
        guard try handleEvent(event) else { return }
      }
      try handleTimers()
    }
  }

  /// Shuts the factory and the janitor down; the janitor kills and removes what is left.
  func finish() {
    leaveCgroup()
    sealed.factory.finish()
    sealed.janitor.finish()
  }

  /// Enters a cgroup of its own where children could not be born from the present one. Where that
  /// fails each launch says why.
  private func enterCgroup() {
    guard sealed.tree != nil else { return }
    do {
      guard try sealed.tree!.killsAtBirth() else { return }
      formerCgroup = try sealed.tree!.enterLeaf()
      OperatorLog.warning(
        "launcher.cgroup_moved",
        "the cgroup of the launcher was killed once (cgroup.kill), and this kernel kills what is "
          + "born from there into another: the launcher is in a cgroup of its own now")
    } catch {
      OperatorLog.error(
        "launcher.cgroup_failed", "the launcher could not enter a cgroup of its own: \(error)",
        ["error": "\(error)"])
    }
  }

  private func leaveCgroup() {
    guard let former = formerCgroup, sealed.tree != nil else { return }
    do throws(SystemCallFailure) {
      try sealed.tree!.leaveLeaf(to: former)
    } catch {
      OperatorLog.error(
        "launcher.cgroup_failed", "the launcher could not leave its cgroup: \(error)",
        ["error": "\(error)"])
    }
  }

  /// - Returns: false when the API process is gone.
  private func handleEvent(_ event: Poller.Event) throws -> Bool {
    switch event.token {
    case Token.channel: return try handleRequests()
    case Token.signals: try reapAll()
    case Token.janitor: throw LaunchStepFailure(.channel, code: ECHILD)
    case Token.factory: try receiveSandboxes()
    case Token.compiler: try handleReloadMessages()
    default:
      let which = event.token >> 3
      switch event.token & 7 {
      case 1: try handleCgroupEvent(Int(which))
      case 2: try handleInitExit(of: which)
      case 4: try handleMounterReply(Int(which))
      case 5: try handleResult(which)
      default: try handleSeccompNotification(of: which)
      }
    }
    return true
  }

  // MARK: Requests

  /// - Returns: false when the other end is gone.
  private func handleRequests() throws -> Bool {
    try replyQueue.flush(on: channel, poller)
    while true {
      switch try receive(from: channel) {
      case .nothing: return true
      case .gone: return false
      case .message(let bytes, let descriptors): try handleRequest(bytes, descriptors)
      }
    }
  }

  /// What one attempt to receive a message brought.
  enum ReceiveResult {
    case message([UInt8], JobDescriptors)
    case nothing
    case gone
  }

  func receive(from channel: borrowing Channel) throws(SystemCallFailure) -> ReceiveResult {
    do throws(SystemCallFailure) {
      guard let message = try channel.receive(using: &buffer, waits: false) else { return .gone }
      return .message(message.bytes, message.descriptors)
    } catch {
      guard error.code == EAGAIN else { throw error }
      return .nothing
    }
  }

  private func handleRequest(_ bytes: [UInt8], _ descriptors: JobDescriptors) throws {
    var cursor = WireCursor(bytes)
    let code = try cursor.u32()
    let row = try gate.admit(code, byteCount: bytes.count, descriptors)
    guard case .launcher(let serve) = row.handler else { throw WireError.notPermitted(code) }
    try serve(self, try Request.read(row.kind, from: &cursor), descriptors)
  }

  /// Serves a launch request.
  func launch(_ request: Request, _ descriptors: JobDescriptors) throws {
    guard case .launch(let launch) = request else { return }
    guard !descriptors.areLost else {
      // The table of this process is full: that is the end of this launch, and of no other.
      return try reply(.failed(launch.launchID, LaunchStepFailure(.descriptors, code: EMFILE)))
    }
    try admit(launch, descriptors)
  }

  func drainSignals() {
    while linux_signalfd_read(signals.fd) > 0 {}
  }

  // MARK: Time and replies

  func now() -> Int64 { linux_monotonic_ms() }

  private func timeout() -> Int? {
    let ends = [
      jobs.values.lazy.compactMap(\.nextDeadline).min(), pendingReload?.deadline,
      jobs.isEmpty ? nil : nextSample, nextMountDeadline,
      results.values.lazy.map(\.deadline).min(),
    ]
    guard let next = ends.compactMap({ $0 }).min() else { return nil }
    return Int(max(0, next - now()))
  }

  private func handleTimers() throws {
    let time = now()
    for job in jobs.values where (job.nextDeadline ?? .max) <= time {
      try handleTimer(of: job, time)
    }
    try sampleJobs(time)
    try checkReloadDeadline(time)
    try checkMountDeadlines(time)
    try checkResultDeadlines(time)
    try probeClosed(time)
    guard time >= nextShrink else { return }
    nextShrink = time + Self.shrinkIntervalMilliseconds
    warmPool.shrinkIdle(now: time)
  }

  func reply(
    _ reply: Reply, with descriptors: JobDescriptors? = nil
  ) throws(LaunchStepFailure) {
    // A launch that failed because the factory is gone, and every sandbox with it, is lost like all
    // others: it may be made again.
    if case .failed = reply, sealed.factory.hasExited {
      throw LaunchStepFailure(.channel, code: ECHILD)
    }
    do throws(SystemCallFailure) {
      try replyQueue.send(reply, with: descriptors, on: channel, poller)
    } catch {
      throw LaunchStepFailure(.channel, error)
    }
  }
}
