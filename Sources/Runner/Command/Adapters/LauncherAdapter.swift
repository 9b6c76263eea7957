internal import Glibc
internal import RunnerCore
internal import SandboxBase
internal import SandboxClient
internal import SystemBase

/// The core's `JobLauncher` port over the sandbox's client.
struct LauncherAdapter: JobLauncher {
  let client: LauncherClient
  /// Where the files are that go with jobs; nil where there can be none.
  let files: (any JobFileStorage)?
  let metrics: any Metrics
  private let pending = PendingLaunchTable()

  init(client: LauncherClient, files: (any JobFileStorage)?, metrics: any Metrics) {
    self.client = client
    self.files = files
    self.metrics = metrics
  }

  func run(_ order: LaunchOrder) async -> LaunchResult {
    let start = ContinuousClock.now
    let result = await launch(order)
    guard result != .retired else { return result }
    metrics.add(1, to: .launches, [result.outcome.name])
    metrics.observe((ContinuousClock.now - start).inSeconds, in: .launchDuration, [])
    return result
  }

  private func launch(_ order: LaunchOrder) async -> LaunchResult {
    let list = order.rawArguments.map(ArgumentList.init(bytes:)) ?? ArgumentList(order.arguments)
    guard let arguments = list else {
      // JobRequest has the same bounds, and a test holds them together.
      return .failed(at: "arguments", E2BIG, "The arguments are too long.")
    }
    let input: MemoryFile?
    do throws(SystemCallFailure) {
      input = try order.stdin.isEmpty ? nil : MemoryFile(holding: order.stdin)
    } catch {
      return .failed(
        at: "stdin", error.code, "What the job was to read could not be handed over.")
    }
    pending.add(order.launchID)
    defer { _ = pending.remove(order.launchID) }
    let folder: SharedDescriptor?
    do throws(FileRefusal) {
      folder = try await openFolder(of: order)
    } catch {
      return .failed(
        at: "files", error == .full ? ENOSPC : EIO,
        "The folder of the job's files could not be made: \(error).")
    }
    guard !pending.isTerminated(order.launchID) else { return .notStarted }
    let time = time(of: order)
    let end = await launch(order, time, arguments, input, folder)
    // The launcher has a descriptor of its own by now; ours was only lent.
    withExtendedLifetime(input) {}
    let result = result(of: end, within: time)
    if case .ended(let end) = end {
      record(end, of: order)
    }
    return result
  }

  /// - Returns: nil where no files go with the job.
  private func openFolder(of order: LaunchOrder) async throws(FileRefusal) -> SharedDescriptor? {
    guard let files, let id = order.filesOf else { return nil }
    return SharedDescriptor(adopting: try await files.openFolder(of: id))
  }

  /// How long a job may run, and whether that is so because of its deadline.
  private struct TimeLimit {
    var seconds: Int
    var isDeadline: Bool
  }

  /// The least of policy, request and what is left up to the deadline.
  private func time(of order: LaunchOrder) -> TimeLimit {
    let seconds = Int(order.demands.timeout ?? order.wallClockSeconds)
    guard let left = order.secondsLeft, Int(left) < seconds else {
      return TimeLimit(seconds: seconds, isDeadline: false)
    }
    return TimeLimit(seconds: Int(left), isDeadline: true)
  }

  private func launch(
    _ order: LaunchOrder, _ time: TimeLimit, _ arguments: ArgumentList, _ input: MemoryFile?,
    _ folder: SharedDescriptor?
  ) async -> LaunchEnd {
    var demands = order.demands
    if time.isDeadline { demands.timeout = UInt32(clamping: time.seconds) }
    let tightening = DemandMapper.tightening(of: demands)
    return await withCheckedContinuation { continuation in
      client.launch(
        order.launchID, entry: order.entry, arguments: arguments,
        tightening: tightening, stdin: input?.fd,
        hasProgress: order.progress?.readsDescriptor == true, files: folder,
        sink: JobOutputSink(order: order, continuation: continuation))
      if pending.remove(order.launchID) { client.terminate(order.launchID) }
    }
  }

  private func record(_ end: ProcessEnd, of order: LaunchOrder) {
    let usage = end.usage
    let cost = JobAccounting.ResourceUsage(
      user: usage.userMicroseconds, system: usage.systemMicroseconds,
      wall: usage.wallMicroseconds, peakMemory: usage.peakMemoryBytes,
      peakProcesses: usage.peakProcesses > 0 ? usage.peakProcesses : nil,
      isOfWholeJob: usage.isOfCgroup)
    let refusals = end.refused.map { call in
      JobAccounting.Refusal(
        call: RefusedCallName.of(call),
        error: call.code == 0 ? nil : ErrorCode.name(Int32(call.code)), count: call.count)
    }
    var record = JobAccounting.Record()
    record.usage = cost
    record.refusals = refusals
    record.limitsMet = end.limitsMet.keys
    record.isUnfinished = end.isKilledInGrace
    record.endedAt = Timestamp(microseconds: end.endedAtMicroseconds)
    order.accounting.record(record)
  }

  func setFrozen(_ number: UInt64, _ isFrozen: Bool) async -> String? {
    let code = await withCheckedContinuation { continuation in
      isFrozen
        ? client.freeze(number) { continuation.resume(returning: $0) }
        : client.thaw(number) { continuation.resume(returning: $0) }
    }
    return switch code {
    case 0: nil
    case ESRCH: "The job has no process yet, or is being ended: there is nothing to freeze or thaw."
    case EOPNOTSUPP:
      "This host has no cgroup v2 that the service may use, and without it no job can be frozen: "
        + "http-runner doctor says what is missing."
    default:
      "The kernel refused to freeze or thaw the job: \(ErrorCode.name(code))."
    }
  }

  func resources(of number: UInt64) async -> JobResources? {
    let resources = await withCheckedContinuation { continuation in
      client.resources(of: number) { continuation.resume(returning: $0) }
    }
    return resources.map {
      JobResources(
        processorMicroseconds: $0.processorMicroseconds, memoryBytes: $0.memoryBytes)
    }
  }

  func terminate(_ number: UInt64) {
    if !pending.terminate(number) { client.terminate(number) }
  }

  private func result(of end: LaunchEnd, within time: TimeLimit) -> LaunchResult {
    switch end {
    case .lost: .ended(.lost)
    case .failed(let fault) where fault.step == .cancelled: .notStarted
    case .failed(let fault) where fault.step == .retired: .retired
    case .failed(let fault): .failed(at: fault.step.name, fault.code, fault.message)
    case .ended(let end): .ended(outcome(of: end, within: time))
    }
  }

  private func outcome(of end: ProcessEnd, within time: TimeLimit) -> JobOutcome {
    let code = end.isSignal ? nil : UInt8(truncatingIfNeeded: end.value)
    return switch end.cause {
    case .wallClock where time.isDeadline: .overdue(code: code)
    case .wallClock: .timedOut(code: code, seconds: time.seconds)
    case .terminated: .cancelled(code: code)
    case .memory: .outOfMemory
    case .filter: .filtered(call: Self.fatalCall(of: end))
    case .itself: code.map { .exited(code: $0) } ?? .signaled(signal: end.value)
    }
  }
}

extension LaunchResult {
  /// A launch that failed at `step` with an errno.
  fileprivate static func failed(at step: String, _ code: Int32, _ message: String) -> LaunchResult
  {
    .ended(
      .launchFailed(
        LaunchFailure(step: step, errno: code, name: ErrorCode.name(code), message: message)))
  }
}

extension LauncherAdapter {
  fileprivate static func fatalCall(of end: ProcessEnd) -> String {
    guard let call = end.refused.first(where: { $0.code == 0 }) else { return "unknown" }
    return RefusedCallName.of(call)
  }
}

/// Forwards a launch's output to the observers of the order, and its exit to the caller.
private struct JobOutputSink: LaunchSink {
  let order: LaunchOrder
  let continuation: CheckedContinuation<LaunchEnd, Never>

  func output(
    _ stream: OutputStream, _ bytes: ArraySlice<UInt8>, resume: @escaping @Sendable () -> Void
  ) -> Bool {
    switch stream {
    case .stdout: return order.output.append(bytes, of: .stdout, whenRoom: resume)
    case .stderr: return order.output.append(bytes, of: .stderr, whenRoom: resume)
    case .progress:
      // Read whatever happens: a full pipe would hold up the program, and even its end.
      order.progress?.appendDescriptor(bytes)
      return true
    }
  }

  func ended(_ end: LaunchEnd) {
    continuation.resume(returning: end)
  }
}
