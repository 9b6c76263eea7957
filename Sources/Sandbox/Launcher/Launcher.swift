internal import CLinux
internal import Glibc

/// The sealed launcher: one thread, one loop. It launches entries of its table, ends jobs at their
/// time or by request, and answers for each what became of it.
final class Launcher {
  private let channel: Channel
  private let policy: LaunchPolicy
  private var executables: [Executable]
  private let sealed: SealedPolicy
  private let fixed: LaunchCall.Fixed
  private let threads: ThreadCount
  private let signals: Descriptor
  private let poller: Poller

  private var slots: SlotPool
  private var jobs: [UInt64: RunningJob] = [:]
  private var numbersByPid: [Int32: UInt64] = [:]
  private var numbersBySlot: [Int: UInt64] = [:]
  private var outbox: [[UInt8]] = []
  private var buffer = [UInt8](repeating: 0, count: Request.bytesMax)

  /// Milliseconds between two looks at what a job left behind, where no event tells of its end.
  private static let sweepPauseMilliseconds: Int64 = 2
  /// Replies that may wait for the API process. Beyond it that process is as good as dead.
  private static let outboxMax = 16_384

  private enum Token {
    static let channel: UInt64 = 0
    static let signals: UInt64 = 1
    static let keeper: UInt64 = 2
    static func slot(_ index: Int) -> UInt64 { 16 + UInt64(index) }
    static func slotIndex(_ token: UInt64) -> Int? { token < 16 ? nil : Int(token - 16) }
  }

  init(
    channel: consuming Channel, _ sealed: consuming SealedPolicy
  ) throws(SystemCallFailure) {
    let policy = sealed.policy
    let note = sealed.note
    self.channel = channel
    self.policy = policy
    self.executables = sealed.executables
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
          if let slot = Token.slotIndex(event.token) { try lookAtSlot(slot) }
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
    try flushOutbox()
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
      numbersBySlot[job.slot.index] = job.number
      try reply(.launched(job.number))
    } catch {
      try reply(.failed(request.number, error))
    }
  }

  private func start(
    _ request: LaunchRequest, stdio: [Int32]
  ) throws(LaunchFault) -> RunningJob {
    try requireOneThread()
    let pinned = try pin(Int(request.entry))
    guard let slot = slots.take() else { throw LaunchFault(.identity, code: EAGAIN) }
    let folder = "job-\(request.number)"
    do throws(LaunchFault) {
      let workFolder = try makeFolder(folder, for: slot)
      do throws(LaunchFault) {
        let call = LaunchCall(
          fixed: fixed, executable: pinned.handle.number, scriptPath: pinned.scriptPath,
          stdio: stdio, workFolder: workFolder.number, cgroup: try cgroupNumber(of: slot),
          uid: slot.uid, gid: slot.gid, name: executables[Int(request.entry)].name,
          arguments: request.arguments,
          environment: JobEnvironment.strings(
            workFolder: sealed.folders.instancePath + "/" + folder))
        let pid = try call.run()
        return RunningJob(
          number: request.number, pid: pid, slot: slot, folder: folder,
          deadline: now() + Int64(policy.wallClockSeconds) * 1000)
      } catch {
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

  private func pin(_ entry: Int) throws(LaunchFault) -> Executable.Pinned {
    do throws(TrustedPath.Refusal) {
      let pinned = try executables[entry].pin()
      if pinned.isReplaced {
        OperatorLog.info("\(executables[entry].name) was replaced; the new file is used")
      }
      return pinned
    } catch {
      switch error {
      case .rule(let rule, let path):
        OperatorLog.warning(
          "\(executables[entry].name) is not launched: \(rule.explanation) (at \(path))")
        throw LaunchFault(.executable, code: EACCES, index: rule.rawValue)
      case .kernel(let failure):
        throw LaunchFault(.executable, failure)
      }
    }
  }

  private func makeFolder(_ name: String, for slot: JobSlot) throws(LaunchFault) -> Descriptor {
    do throws(SystemCallFailure) {
      return try sealed.folders.make(name, uid: slot.uid, gid: slot.gid)
    } catch {
      throw LaunchFault(.makeWorkFolder, error)
    }
  }

  private func cgroupNumber(of slot: JobSlot) throws(LaunchFault) -> CInt {
    do throws(SystemCallFailure) {
      let isNew = slot.cgroup == nil
      let number = try slot.cgroupNumber(in: sealed.tree)
      if isNew {
        _ = try slot.withCgroup { (cgroup) throws(SystemCallFailure) in
          try poller.add(cgroup.eventsNumber, .priority, token: Token.slot(slot.index))
        }
      }
      return number
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
    let inCgroup: Void? = try job.slot.withCgroup { (cgroup) throws(SystemCallFailure) in
      if signal == SIGKILL { try cgroup.kill() } else { try cgroup.signalAll(signal) }
    }
    guard inCgroup == nil else { return }
    _ = try Sweep.signal(signal, uid: job.slot.uid, sweeper: policy.identities.sweeper)
  }

  private func reapAll() throws {
    while linux_next_signal(signals.number) > 0 {}
    var end = linux_child_end()
    while true {
      let answer = unsafe linux_reap(&end)
      guard answer == 1 else { return }
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
    let isLeft: Bool? = try job.slot.withCgroup { (cgroup) throws(SystemCallFailure) in
      guard try cgroup.isPopulated() else { return false }
      try cgroup.kill()
      return try cgroup.isPopulated()
    }
    if let isLeft {
      if !isLeft { try complete(job) }
      return
    }
    let sweeper = policy.identities.sweeper
    if try !Sweep.signal(SIGKILL, uid: job.slot.uid, sweeper: sweeper) { try complete(job) }
  }

  private func lookAtSlot(_ index: Int) throws {
    guard let number = numbersBySlot[index], let job = jobs[number] else { return }
    if case .sweeping = job.phase { try endRest(of: job) }
  }

  private func complete(_ job: RunningJob) throws {
    retire(job.folder)
    jobs[job.number] = nil
    numbersBySlot[job.slot.index] = nil
    slots.giveBack(job.slot)
    if let end = job.end { try reply(.ended(job.number, end)) }
  }

  private func retire(_ folder: String) {
    do throws(SystemCallFailure) {
      if try !sealed.folders.retire(folder) { sealed.keeper.ring() }
    } catch {
      OperatorLog.error("the working folder \(folder) could not be removed: \(error)")
    }
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
    outbox.append(reply.bytes)
    do throws(SystemCallFailure) {
      try flushOutbox()
    } catch {
      throw LaunchFault(.channel, error)
    }
  }

  private func flushOutbox() throws(SystemCallFailure) {
    var sent = 0
    defer { outbox.removeFirst(sent) }
    do throws(SystemCallFailure) {
      while sent < outbox.count {
        try channel.send(outbox[sent])
        sent += 1
      }
      if sent > 0 { try poller.change(channel.number, .read, token: Token.channel) }
    } catch where error.code == EAGAIN && outbox.count < Self.outboxMax {
      try poller.change(channel.number, [.read, .write], token: Token.channel)
    }
  }
}
