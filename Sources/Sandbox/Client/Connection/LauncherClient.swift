internal import CLinux
internal import Glibc
package import SandboxBase
package import SharedBounds
internal import Synchronization
package import SystemBase

/// The service's side of the launcher: sends requests, reads the output of the jobs, and calls each
/// launch's sink. One thread and one epoll for all jobs.
package final class LauncherClient: Sendable {
  private let channel: Channel
  let poller: Poller
  private let wakeup: WakeupPipe
  private let null: Descriptor
  /// The launcher's process id; a child of this process.
  package let launcherPid: Int32
  let state = Mutex(State())
  /// Buffers of threads that read on where they resume a stream.
  let spareBuffers = Mutex<[[UInt8]]>([])

  /// Tokens of the poller: the low two bits are the type of the source, the others the launch id,
  /// which is never 0.
  enum Token {
    static let channel: UInt64 = 0
    static let wake: UInt64 = 3
    static func pipe(_ launchID: UInt64, _ stream: OutputStream) -> UInt64 {
      launchID << 2 | stream.rawValue
    }
  }

  /// Content of the lock.
  struct State {
    var active: [UInt64: ActiveLaunch] = [:]
    /// Pipes that were enlarged and are still read.
    var enlargedPipes = 0
    /// Streams whose sink has room again.
    var resumed: [(launchID: UInt64, stream: OutputStream)] = []
    var waiting: [(bytes: [UInt8], descriptors: SentDescriptors?)] = []
    var isGone = false
    var isStopping = false
    /// Completion of the reload in progress, and the enforcements that arrived for it.
    var reload: (@Sendable (Result<PolicyGeneration, LauncherConnection.Refusal>) -> Void)?
    var enforcements: [Enforcement] = []
    var onEntryState: @Sendable (HostPathState) -> Void = { _ in }
    var entryStateCount: UInt64 = 0
    /// Completions of freeze and thaw requests, in the order of their replies.
    var freezeCompletions: [@Sendable (Int32) -> Void] = []
    /// Completions of requests for processor times, by their launch.
    var resourceCompletions: [UInt64: [@Sendable (LaunchResources?) -> Void]] = [:]
    /// Completions of requests about results, and the number of the last one.
    var resultCompletions: [UInt64: @Sendable (ResultReply?) -> Void] = [:]
    var lastResultID: UInt64 = 0
  }

  init(channel: consuming Channel, launcherPid: Int32) throws(SystemCallFailure) {
    self.channel = channel
    self.launcherPid = launcherPid
    self.poller = try Poller()
    do throws(WakeupPipe.Failure) {
      self.wakeup = try WakeupPipe()
    } catch {
      throw SystemCallFailure(call: "socketpair", code: error.code, object: "")
    }
    self.null = try File.open("/dev/null", LINUX_OPEN_READ_WRITE)
    try poller.add(self.channel.fd, .read, token: Token.channel)
    try poller.add(wakeup.fd, .read, token: Token.wake)
  }

  /// Starts the thread.
  ///
  /// - Parameters:
  ///   - onEntryState: called on it with what the launcher says of the host paths of an entry.
  ///   - onExit: called on it once, when the launcher went away unasked.
  package func start(
    onEntryState: @escaping @Sendable (HostPathState) -> Void = { _ in },
    onExit: @escaping @Sendable () -> Void
  ) {
    state.withLock { $0.onEntryState = onEntryState }
    DedicatedThread.start { [self] in
      ThreadRole.launcherLoop.adopt()
      if loop() { onExit() }
    }
  }

  /// Stops the loop and closes the channel; the launcher then kills every running job. Wait for
  /// `launcherPid` afterwards.
  package func stop() {
    state.withLock { $0.isStopping = true }
    _ = shutdown(channel.fd, CInt(SHUT_RDWR))
    wakeLoop()
  }

  /// Has the loop look at `isStopping` and `resumed`.
  func wakeLoop() { wakeup.notify() }

  /// - Returns: whether the loop is to go on.
  private func serveWake(_ buffer: inout [UInt8]) throws(SystemCallFailure) -> Bool {
    wakeup.drain()
    try readResumed(&buffer)
    return state.withLock { !$0.isStopping }
  }

  /// Asks for one launch. Never blocks; everything else comes to the sink.
  ///
  /// - Parameters:
  ///   - launchID: unique among the launches that have not ended; of
  ///     `LaunchRequest.launchIDs`.
  ///   - entry: of the generation in force; one of an earlier one is refused
  ///     (`LaunchStep.retired`).
  ///   - stdin: what the job reads; nothing by default. It stays open here.
  ///   - hasProgress: whether the job has a descriptor 3, which goes to the sink as `progress`, and
  ///     the arguments that its entry has for that.
  ///   - files: the folder of the job's files; nil for none.
  package func launch(
    _ launchID: UInt64, entry: EntryID, arguments: ArgumentList,
    tightening: LaunchTightening = LaunchTightening(), stdin: Int32? = nil,
    hasProgress: Bool = false, files: SharedDescriptor? = nil, sink: any LaunchSink
  ) {
    // Until then no other thread ends the launch.
    var isActive = false
    do throws(SystemCallFailure) {
      let stdout = try OutputPipe()
      let stderr = try OutputPipe()
      let progress = try hasProgress ? OutputPipe() : nil
      let launch = ActiveLaunch(
        sink: sink, stdout: stdout.reader, stderr: stderr.reader, progress: progress?.reader)
      let isGone = state.withLock { state in
        if !state.isGone { state.active[launchID] = launch }
        return state.isGone
      }
      guard !isGone else { return sink.ended(.lost) }
      isActive = true
      try poller.add(stdout.reader.fd, .read, token: Token.pipe(launchID, .stdout))
      try poller.add(stderr.reader.fd, .read, token: Token.pipe(launchID, .stderr))
      if let progress {
        try poller.add(progress.reader.fd, .read, token: Token.pipe(launchID, .progress))
      }
      let request = Request.launch(
        LaunchRequest(
          launchID: launchID, entry: entry, arguments: arguments, tightening: tightening,
          hasFiles: files != nil))
      try send(
        request.bytes,
        SentDescriptors(
          stdin: stdin ?? null.fd, stdout.writer, stderr.writer, progress?.writer,
          files: files))
    } catch {
      let wasRemoved = state.withLock { $0.active.removeValue(forKey: launchID) } != nil
      guard wasRemoved || !isActive else { return }
      // The loop may not have seen yet that the launcher is gone.
      sink.ended(Self.isOver(error) ? .lost : .failed(LaunchStepFailure(.channel, error)))
    }
  }

  /// Requests TERM, then KILL after the grace period, for one launch. One that has ended is
  /// ignored.
  package func terminate(_ launchID: UInt64) {
    do throws(SystemCallFailure) {
      try send(Request.terminate(launchID).bytes, nil)
    } catch {
      // The channel is gone: the loop sees it, and the launch is over anyway.
    }
  }

  /// Freezes every process of one launch.
  ///
  /// - Parameter completion: called once with 0 or the kernel's errno: ESRCH for a launch that
  ///   does not run, or is being ended, EOPNOTSUPP where there is no cgroup v2.
  package func freeze(_ launchID: UInt64, _ completion: @escaping @Sendable (Int32) -> Void) {
    change(.freeze(launchID), completion)
  }

  /// Thaws every process of one launch; `completion` as for `freeze`.
  package func thaw(_ launchID: UInt64, _ completion: @escaping @Sendable (Int32) -> Void) {
    change(.thaw(launchID), completion)
  }

  /// Asks the launcher for nothing but an answer.
  ///
  /// - Parameter completion: called once, when it has answered or is gone.
  package func ping(_ completion: @escaping @Sendable () -> Void) {
    // No launch has this id: the answer is ESRCH.
    change(.thaw(LaunchRequest.launchIDs.upperBound)) { _ in completion() }
  }

  private func change(_ request: Request, _ completion: @escaping @Sendable (Int32) -> Void) {
    let isGone = state.withLock { state in
      guard !state.isGone else { return true }
      state.freezeCompletions.append(completion)
      return false
    }
    guard !isGone else { return completion(ESRCH) }
    do throws(SystemCallFailure) {
      try send(request.bytes, nil)
    } catch {
      // The channel is closed: the loop completes the request with ESRCH.
    }
  }

  /// Asks for the configuration to be read again.
  ///
  /// - Parameter completion: called once on the client's own thread, before anything is heard of
  ///   launches that the new table refuses. Not called where the launcher goes away.
  /// - Returns: false where one is under way already; nothing is asked then.
  package func reload(
    _ completion: @escaping @Sendable (Result<PolicyGeneration, LauncherConnection.Refusal>) -> Void
  ) -> Bool {
    let isFirst = state.withLock { state in
      guard state.reload == nil else { return false }
      state.reload = completion
      state.enforcements = []
      return true
    }
    guard isFirst else { return false }
    do throws(SystemCallFailure) {
      try send(Request.reload.bytes, nil)
    } catch {
      // As above.
    }
    return true
  }

  /// Sends in order: what cannot go at once waits for the loop.
  func send(
    _ bytes: [UInt8], _ descriptors: SentDescriptors?
  ) throws(SystemCallFailure) {
    try state.withLock { (state) throws(SystemCallFailure) in
      if state.waiting.isEmpty {
        do throws(SystemCallFailure) {
          return try channel.send(bytes, descriptors: descriptors?.fds ?? [])
        } catch {
          guard Self.isBusy(error) else { throw error }
        }
        try poller.change(channel.fd, [.read, .write], token: Token.channel)
      }
      state.waiting.append((bytes, descriptors))
    }
  }

  /// The socket is full; the message is queued (backpressure).
  private static func isBusy(_ failure: SystemCallFailure) -> Bool {
    failure.code == EAGAIN || failure.code == ETOOMANYREFS
  }

  /// The peer has exited.
  private static func isOver(_ failure: SystemCallFailure) -> Bool {
    [EPIPE, ECONNRESET, ENOTCONN].contains(failure.code)
  }

  private func flush() throws(SystemCallFailure) {
    try state.withLock { (state) throws(SystemCallFailure) in
      guard !state.waiting.isEmpty else { return }
      var sent = 0
      defer { state.waiting.removeFirst(sent) }
      do throws(SystemCallFailure) {
        while sent < state.waiting.count {
          let next = state.waiting[sent]
          try channel.send(next.bytes, descriptors: next.descriptors?.fds ?? [])
          sent += 1
        }
      } catch {
        guard Self.isBusy(error) else { throw error }
        return
      }
      try poller.change(channel.fd, .read, token: Token.channel)
    }
  }

  /// - Returns: true when the launcher went away unasked.
  private func loop() -> Bool {
    var buffer = [UInt8](repeating: 0, count: ActiveLaunch.readBytes)
    var isServing = true
    while isServing {
      do throws(SystemCallFailure) {
        for event in try poller.wait(timeoutMilliseconds: nil) {
          switch event.token {
          case Token.channel: isServing = try serveChannel(&buffer) && isServing
          case Token.wake: isServing = try serveWake(&buffer) && isServing
          default: readPipe(event.token, &buffer)
          }
        }
      } catch {
        isServing = false
      }
    }
    let (left, wasAsked) = state.withLock { state in
      state.isGone = true
      state.waiting = []
      defer { state.active = [:] }
      return (state.active, state.isStopping)
    }
    failResults()
    failResources()
    while let completion = dequeueFreezeCompletion() { completion(ESRCH) }
    for launch in left.values { launch.sink.ended(.lost) }
    return !wasAsked
  }

  private func serveChannel(_ buffer: inout [UInt8]) throws(SystemCallFailure) -> Bool {
    try flush()
    while true {
      do throws(SystemCallFailure) {
        guard let message = try channel.receive(using: &buffer, waits: false) else { return false }
        guard let reply = Self.reply(message.bytes) else { return false }
        handle(reply, message.descriptors, &buffer)
      } catch {
        guard error.code == EAGAIN else { throw error }
        return true
      }
    }
  }

  /// Nil for what no launcher of ours sends: it is not one, then.
  private static func reply(_ bytes: [UInt8]) -> Reply? {
    do throws(WireError) {
      return try Reply(bytes)
    } catch {
      return nil
    }
  }

  private func handle(
    _ reply: Reply, _ descriptors: JobDescriptors, _ buffer: inout [UInt8]
  ) {
    switch reply {
    case .failed(let launchID, let fault):
      finish(launchID, .failed(fault), &buffer)
    case .ended(let launchID, let end):
      finish(launchID, .ended(end), &buffer)
    case .inForce(let enforcement):
      state.withLock { $0.enforcements.append(enforcement) }
    case .refused(let text):
      finishReload { _ in .failure(LauncherConnection.Refusal(text: text)) }
    case .reloaded(let number):
      let configuration = Self.configuration(in: descriptors)
      finishReload { enforcements in
        .success(
          PolicyGeneration(
            number: number, enforcements: enforcements, configuration: configuration))
      }
    case .settled(let result):
      finishResult(result)
    case .resources(let launchID, let code, let microseconds, let memoryBytes):
      finishResources(
        of: launchID,
        code == 0
          ? LaunchResources(processorMicroseconds: microseconds, memoryBytes: memoryBytes) : nil)
    case .frozen(_, let code):
      dequeueFreezeCompletion()?(code)
    case .entryState(let entry, let text):
      let (onEntryState, number) = state.withLock { state in
        state.entryStateCount += 1
        return (state.onEntryState, state.entryStateCount)
      }
      onEntryState(HostPathState(entry: entry, missing: text, number: number))
    case .sealed:
      break
    }
  }

  private func dequeueFreezeCompletion() -> (@Sendable (Int32) -> Void)? {
    state.withLock { $0.freezeCompletions.isEmpty ? nil : $0.freezeCompletions.removeFirst() }
  }

  /// Nil where it cannot be read, or holds what no compiler of ours writes.
  private static func configuration(in descriptors: JobDescriptors) -> CompiledConfiguration? {
    guard let fd = descriptors.fds.first else { return nil }
    do {
      return try CompiledConfiguration(MemoryFile.contents(of: fd))
    } catch {
      return nil
    }
  }

  private func finishReload(
    _ result: ([Enforcement]) -> Result<PolicyGeneration, LauncherConnection.Refusal>
  ) {
    let (completion, enforcements) = state.withLock { state in
      defer { state.reload = nil }
      return (state.reload, state.enforcements)
    }
    completion?(result(enforcements))
  }
}
