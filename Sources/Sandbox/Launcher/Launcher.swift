internal import CLinux
internal import Glibc

/// The sealed launcher: one thread, one loop. It launches entries of its table, ends jobs at their
/// time or by request, and answers for each what became of it.
final class Launcher {
  private let channel: Channel
  private let policy: LaunchPolicy
  private var executables: ExecutableTable
  private let sealed: SealedPolicy
  private let fixed: LaunchCall.Fixed
  private let threads: ThreadCount
  private let signals: Descriptor
  private let poller: Poller

  private var slots: SlotPool
  private var cgroups = CgroupPool()
  private var jobs: [UInt64: RunningJob] = [:]
  private var numbersByPid: [Int32: UInt64] = [:]
  /// Cgroups that are being emptied, and the job that did not leave them empty.
  private var watched: [Int: UInt64] = [:]
  private var outbox = ReplyOutbox(token: Token.channel)
  private var buffer = [UInt8](repeating: 0, count: Request.bytesMax)

  /// Milliseconds between two looks at what a job left behind, where no event tells of its end.
  private static let sweepPauseMilliseconds: Int64 = 2
  private enum Token {
    static let channel: UInt64 = 0
    static let signals: UInt64 = 1
    static let keeper: UInt64 = 2
    static func cgroup(_ index: Int) -> UInt64 { 16 + UInt64(index) }
    static func cgroupIndex(_ token: UInt64) -> Int? { token < 16 ? nil : Int(token - 16) }
  }

  init(
    channel: consuming Channel, _ sealed: consuming SealedPolicy
  ) throws(SystemCallFailure) {
    let policy = sealed.policy
    let note = sealed.note
    self.channel = channel
    self.policy = policy
    self.executables = ExecutableTable(sealed.executables)
    self.sealed = sealed
    self.slots = SlotPool(policy: policy)
    self.fixed = try LaunchCall.Fixed(policy: policy)
    self.threads = try ThreadCount()
    let watched = [SIGCHLD]
    let signalNumber = unsafe watched.withUnsafeBufferPointer {
      unsafe linux_signal_descriptor($0.baseAddress!, 1)
    }
    self.signals = Descriptor(adopting: try checked("signalfd", signalNumber))
    self.poller = try Poller()
    try poller.add(self.channel.number, .read, token: Token.channel)
    try poller.add(signals.number, .read, token: Token.signals)
    try poller.add(self.sealed.keeper.channelNumber, .read, token: Token.keeper)
    try self.channel.send(Reply.sealed(note).bytes)
  }

  /// Works until the API process is gone.
  ///
  /// - Throws: whatever makes going on impossible. Every job is ended then by the keeper.
  func run() throws {
    while true {
      for event in try poller.wait(timeoutMilliseconds: timeout()) {
        switch event.token {
        case Token.channel:
          guard try serveChannel() else { return }
        case Token.signals:
          try reapAll()
        case Token.keeper:
          throw LaunchFault(.channel, code: ECHILD)
        default:
          if let index = Token.cgroupIndex(event.token) { try lookAtCgroup(index) }
        }
      }
      try lookAtClock()
    }
  }

  /// Lets the keeper end and remove whatever is left.
  func finish() {
    sealed.keeper.finish()
  }

  // MARK: Requests

  /// - Returns: false when the other end is gone.
  private func serveChannel() throws -> Bool {
    try outbox.flush(on: channel, poller)
    while true {
      switch try receive() {
      case .nothing: return true
      case .gone: return false
      case .message(let bytes, let descriptors):
        // Whatever comes of it, the job has copies by then, or there is no job.
        defer { for number in descriptors { _ = Glibc.close(number) } }
        try serve(bytes, descriptors: descriptors)
      }
    }
  }

  private enum Received {
    case message([UInt8], [Int32])
    case nothing
    case gone
  }

  private func receive() throws(SystemCallFailure) -> Received {
    do throws(SystemCallFailure) {
      guard let message = try channel.receive(using: &buffer, waits: false) else { return .gone }
      return .message(message.bytes, message.descriptors)
    } catch {
      guard error.code == EAGAIN else { throw error }
      return .nothing
    }
  }

  private func serve(_ bytes: [UInt8], descriptors: [Int32]) throws {
    var cursor = WireCursor(bytes)
    let code = try cursor.u32()
    guard let kind = Request.Kind(rawValue: code) else { throw WireError.unknownKind(code) }
    guard descriptors.count == Request.descriptorCount(of: kind) else {
      throw WireError.wrongDescriptorCount(descriptors.count)
    }
    switch try Request.read(kind, from: &cursor) {
    case .launch(let request): try launch(request, stdio: descriptors)
    case .terminate(let number): try terminate(number, cause: .terminated)
    case .policy, .entry, .seal: throw WireError.notPermitted(code)
    }
  }

  private func launch(_ request: LaunchRequest, stdio: [Int32]) throws {
    guard Int(request.entry) < executables.count else { throw WireError.badValue("entry") }
    guard jobs[request.number] == nil else { throw WireError.badValue("number") }
    do throws(LaunchFault) {
      let job = try start(request, stdio: stdio)
      jobs[job.number] = job
      numbersByPid[job.pid] = job.number
      try reply(.launched(job.number))
    } catch {
      try reply(.failed(request.number, error))
    }
  }

  private func start(
    _ request: LaunchRequest, stdio: [Int32]
  ) throws(LaunchFault) -> RunningJob {
    try requireOneThread()
    let pinned = try executables.pin(Int(request.entry))
    guard let slot = slots.take() else { throw LaunchFault(.identity, code: EAGAIN) }
    let folder = "job-\(request.number)"
    do throws(LaunchFault) {
      let workFolder = try makeFolder(folder, for: slot)
      let cgroup: JobCgroup?
      do throws(LaunchFault) {
        cgroup = try takeCgroup()
      } catch {
        retire(folder)
        throw error
      }
      let call = LaunchCall(
        fixed: fixed, executable: pinned.handle.number, scriptPath: pinned.scriptPath,
        stdio: stdio, workFolder: workFolder.number, cgroup: cgroup?.cgroup.folder.number ?? -1,
        uid: slot.uid, gid: slot.gid, name: executables.name(Int(request.entry)),
        arguments: request.arguments,
        environment: JobEnvironment.strings(workFolder: sealed.folders.instancePath + "/" + folder))
      do throws(LaunchFault) {
        return RunningJob(
          number: request.number, pid: try call.run(), slot: slot, cgroup: cgroup, folder: folder,
          deadline: now() + Int64(policy.wallClockSeconds) * 1000)
      } catch {
        if let cgroup { cgroups.giveBack(cgroup, to: sealed.tree) }
        retire(folder)
        throw error
      }
    } catch {
      slots.giveBack(slot)
      throw error
    }
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

  private func makeFolder(_ name: String, for slot: JobSlot) throws(LaunchFault) -> Descriptor {
    do throws(SystemCallFailure) {
      return try sealed.folders.make(name, uid: slot.uid, gid: slot.gid)
    } catch {
      throw LaunchFault(.makeWorkFolder, error)
    }
  }

  private func takeCgroup() throws(LaunchFault) -> JobCgroup? {
    do throws(SystemCallFailure) {
      return try cgroups.take(in: sealed.tree)
    } catch {
      throw LaunchFault(.cgroup, error)
    }
  }

  // MARK: Ending

  private func terminate(_ number: UInt64, cause: ProcessEnd.Cause) throws {
    guard var job = jobs[number], case .running = job.phase else { return }
    job.cause = cause
    job.phase = .terminating(killAt: now() + Int64(policy.graceMilliseconds))
    jobs[number] = job
    try signal(job, SIGTERM)
    try signal(job, SIGCONT)  // A stopped job cannot act on TERM.
  }

  private func signal(_ job: RunningJob, _ signal: CInt) throws(SystemCallFailure) {
    if let slot = job.cgroup {
      if signal == SIGKILL { try slot.kill() } else { try slot.cgroup.signalAll(signal) }
      return
    }
    try Sweep.signal(signal, uid: job.slot.uid, sweeper: policy.identities.sweeper)
  }

  private func reapAll() throws {
    while linux_next_signal(signals.number) > 0 {}
    var end = linux_child_end()
    while true {
      let answer = unsafe linux_reap(&end)
      guard answer != 0, answer != -ECHILD else { return }
      // A child that ended and cannot be reaped would be waited for for ever.
      try checked("wait4", answer)
      // Others are orphans of jobs, which come to this process as their subreaper.
      guard let number = numbersByPid.removeValue(forKey: end.pid), var job = jobs[number] else {
        continue
      }
      job.end = ProcessEnd(
        isSignal: end.is_signal == 1, value: end.value, cause: job.cause,
        userMicroseconds: UInt64(end.user_us), systemMicroseconds: UInt64(end.system_us),
        peakMemoryKibibytes: UInt64(end.peak_memory_kib))
      job.phase = .sweeping(nextLookAt: now() + Self.sweepPauseMilliseconds)
      jobs[number] = job
      try endRest(of: job)
    }
  }

  /// The main process is gone: nothing that it started may outlive it.
  private func endRest(of job: RunningJob) throws {
    if let cgroup = job.cgroup {
      if try isEmptied(cgroup, after: job) { try complete(job) }
      return
    }
    guard try Sweep.isLeft(job.slot.uid) else { return try complete(job) }
    try Sweep.signal(SIGKILL, uid: job.slot.uid, sweeper: policy.identities.sweeper)
  }

  /// - Returns: whether nothing is left in the cgroup; else its end is on the way.
  private func isEmptied(
    _ slot: JobCgroup, after job: RunningJob
  ) throws(SystemCallFailure) -> Bool {
    guard try slot.cgroup.isPopulated() else { return true }
    try slot.kill()
    // Watched only now: an event that nobody reads would come again and again.
    if watched[slot.index] == nil {
      try poller.add(slot.cgroup.eventsNumber, .priority, token: Token.cgroup(slot.index))
      watched[slot.index] = job.number
    }
    return try !slot.cgroup.isPopulated()
  }

  private func lookAtCgroup(_ index: Int) throws {
    guard let number = watched[index], let job = jobs[number] else { return }
    if case .sweeping = job.phase { try endRest(of: job) }
  }

  private func unwatch(_ slot: JobCgroup) {
    guard watched.removeValue(forKey: slot.index) != nil else { return }
    poller.remove(slot.cgroup.eventsNumber)
  }

  private func complete(_ job: RunningJob) throws {
    if let cgroup = job.cgroup {
      unwatch(cgroup)
      cgroups.giveBack(cgroup, to: sealed.tree)
    }
    setAside(job.folder)
    jobs[job.number] = nil
    slots.giveBack(job.slot)
    if let end = job.end { try reply(.ended(job.number, end)) }
    removeSetAside(job.folder)
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

  private func retire(_ folder: String) {
    setAside(folder)
    removeSetAside(folder)
  }

  // MARK: Time and replies

  private func now() -> Int64 { linux_monotonic_ms() }

  private func timeout() -> Int? {
    guard let next = jobs.values.lazy.compactMap(\.nextLook).min() else { return nil }
    return Int(max(0, next - now()))
  }

  private func lookAtClock() throws {
    let time = now()
    for job in jobs.values where (job.nextLook ?? .max) <= time {
      switch job.phase {
      case .running:
        try terminate(job.number, cause: .wallClock)
      case .terminating:
        jobs[job.number]?.phase = .killed
        try signal(job, SIGKILL)
      case .killed:
        break
      case .sweeping:
        jobs[job.number]?.phase = .sweeping(nextLookAt: time + Self.sweepPauseMilliseconds)
        try endRest(of: job)
      }
    }
  }

  private func reply(_ reply: Reply) throws(LaunchFault) {
    do throws(SystemCallFailure) {
      try outbox.send(reply, on: channel, poller)
    } catch {
      throw LaunchFault(.channel, error)
    }
  }
}
