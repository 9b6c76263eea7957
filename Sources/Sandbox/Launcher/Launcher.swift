internal import CLinux
internal import Glibc

/// The sealed launcher: one thread, one loop. It launches entries of its table, ends jobs at their
/// time or by request, and answers for each what became of it.
final class Launcher {
  let channel: Channel
  let policy: LaunchPolicy
  /// The table in force: its entries, and the number of the first of them.
  var entries: [SealedEntry]
  var firstEntry: UInt32 = 0
  var executables: ExecutableTable
  var kinds: CellKinds
  /// A fresh table on its way.
  var compilation: Compilation?
  let sealed: SealedPolicy
  let threads: ThreadCount
  private let signals: Descriptor
  let poller: Poller

  var slots: SlotPool
  var cells = CellPool()
  var cgroups = CgroupPool()
  var jobs: [UInt64: RunningJob] = [:]
  var numbersByPid: [Int32: UInt64] = [:]
  /// Cgroups that are being emptied, and the job that did not leave them empty.
  var watched: [Int: UInt64] = [:]
  private var outbox = ReplyOutbox(token: Token.channel)
  var buffer = [UInt8](repeating: 0, count: Request.bytesMax)
  private var nextRest: Int64 = 0

  /// How often idle cells are looked at.
  private static let restPauseMilliseconds: Int64 = 10_000

  /// What an event is about: the low bits say of what kind, the others which.
  enum Token {
    static let channel: UInt64 = 0
    static let signals: UInt64 = 8
    static let keeper: UInt64 = 16
    static let preparer: UInt64 = 24
    static let compiler: UInt64 = 32
    static func cgroup(_ index: Int) -> UInt64 { UInt64(index) << 3 | 1 }
    static func cell(_ number: UInt64) -> UInt64 { number << 3 | 2 }
    static func listener(_ number: UInt64) -> UInt64 { number << 3 | 3 }
  }

  init(
    channel: consuming Channel, _ sealed: consuming SealedPolicy
  ) throws(SystemCallFailure) {
    let watched = [SIGCHLD]
    let signalNumber = unsafe watched.withUnsafeBufferPointer {
      unsafe linux_signal_descriptor($0.baseAddress!, 1)
    }
    let entries = sealed.entries
    let policy = sealed.policy
    self.channel = channel
    self.policy = policy
    self.entries = entries
    self.kinds = sealed.kinds
    self.executables = ExecutableTable(entries.map(\.executable))
    self.sealed = sealed
    self.slots = SlotPool(policy.identities)
    self.threads = try ThreadCount()
    self.signals = Descriptor(adopting: try checked("signalfd", signalNumber))
    self.poller = try Poller()
    cells.addKinds(kinds.count)
    try poller.add(self.channel.number, .read, token: Token.channel)
    try poller.add(signals.number, .read, token: Token.signals)
    try poller.add(self.sealed.keeper.channelNumber, .read, token: Token.keeper)
    try poller.add(self.sealed.preparer.channelNumber, .read, token: Token.preparer)
    for cell in self.sealed.cells {
      _ = cells.order(cell.kind)
      _ = cells.arrived(cell, kind: cell.kind)
    }
    for entry in entries { try self.channel.sendWaiting(Reply.inForce(entry.enforcement).bytes) }
    try self.channel.sendWaiting(Reply.sealed.bytes)
  }

  /// Works until the API process is gone.
  ///
  /// - Throws: whatever makes going on impossible. Every job is ended then by the keeper.
  func run() throws {
    while true {
      for event in try poller.wait(timeoutMilliseconds: timeout()) {
        guard try serve(event) else { return }
      }
      try lookAtClock()
    }
  }

  /// Lets the keeper end and remove whatever is left.
  func finish() {
    sealed.preparer.finish()
    sealed.keeper.finish()
  }

  /// - Returns: false when the API process is gone.
  private func serve(_ event: Poller.Event) throws -> Bool {
    switch event.token {
    case Token.channel: return try serveChannel()
    case Token.signals: try reapAll()
    case Token.keeper: throw LaunchFault(.channel, code: ECHILD)
    case Token.preparer: try takeCells()
    case Token.compiler: try serveCompilation()
    default:
      let which = event.token >> 3
      switch event.token & 7 {
      case 1: try lookAtCgroup(Int(which))
      case 2: try lookAtCell(of: which)
      default: try serveListener(of: which)
      }
    }
    return true
  }

  // MARK: Requests

  /// - Returns: false when the other end is gone.
  private func serveChannel() throws -> Bool {
    try outbox.flush(on: channel, poller)
    while true {
      switch try receive(from: channel) {
      case .nothing: return true
      case .gone: return false
      case .message(let bytes, let descriptors): try serve(bytes, descriptors)
      }
    }
  }

  enum Received {
    case message([UInt8], JobDescriptors)
    case nothing
    case gone
  }

  func receive(from channel: borrowing Channel) throws(SystemCallFailure) -> Received {
    do throws(SystemCallFailure) {
      guard let message = try channel.receive(using: &buffer, waits: false) else { return .gone }
      return .message(message.bytes, JobDescriptors(adopting: message.descriptors))
    } catch {
      guard error.code == EAGAIN else { throw error }
      return .nothing
    }
  }

  private func serve(_ bytes: [UInt8], _ descriptors: JobDescriptors) throws {
    var cursor = WireCursor(bytes)
    let code = try cursor.u32()
    guard let kind = Request.Kind(rawValue: code) else { throw WireError.unknownKind(code) }
    guard descriptors.numbers.count == Request.descriptorCount(of: kind) else {
      throw WireError.wrongDescriptorCount(descriptors.numbers.count)
    }
    switch try Request.read(kind, from: &cursor) {
    case .launch(let request): try admit(request, descriptors)
    case .terminate(let number): try terminate(number, cause: .terminated)
    case .freeze(let number): try freeze(number, true)
    case .thaw(let number): try freeze(number, false)
    case .reload: try reload()
    case .policy, .entry, .seal: throw WireError.notPermitted(code)
    }
  }

  func drainSignals() {
    while linux_next_signal(signals.number) > 0 {}
  }

  // MARK: Time and replies

  func now() -> Int64 { linux_monotonic_ms() }

  private func timeout() -> Int? {
    let ends = [jobs.values.lazy.compactMap(\.nextLook).min(), compilation?.deadline]
    guard let next = ends.compactMap({ $0 }).min() else { return nil }
    return Int(max(0, next - now()))
  }

  private func lookAtClock() throws {
    let time = now()
    for job in jobs.values where (job.nextLook ?? .max) <= time { try lookAtClock(of: job, time) }
    try lookAtCompilation(time)
    guard time >= nextRest else { return }
    nextRest = time + Self.restPauseMilliseconds
    cells.rest(now: time)
  }

  func reply(
    _ reply: Reply, with descriptors: JobDescriptors? = nil
  ) throws(LaunchFault) {
    // A launch that failed because the preparer is gone, and every cell with it, is lost like all
    // others: it may be made again.
    if case .failed = reply, sealed.preparer.isGone { throw LaunchFault(.channel, code: ECHILD) }
    do throws(SystemCallFailure) {
      try outbox.send(reply, with: descriptors, on: channel, poller)
    } catch {
      throw LaunchFault(.channel, error)
    }
  }
}
