import CoreTestSupport
import RunnerCore

@testable import RunnerCallbacks

/// Makes jobs that ended, and senders that deliver them.
enum FinishedJobs {
  /// A job that wrote `stdout`, exited with 0, and is to be posted to `callback`.
  static func job(
    _ callback: String, stdout: [UInt8] = Array("made\n".utf8), isSlim: Bool = false,
    files: (any OutputStorage)? = nil
  ) async throws -> JobSnapshot {
    struct Program: JobLauncher {
      let output: [UInt8]
      func run(_ order: LaunchOrder) async -> LaunchResult {
        order.output.append(output[...], of: .stdout)
        return .ended(.exited(code: 0))
      }
      func terminate(_ number: UInt64) {}

      func setFrozen(_ number: UInt64, _ isFrozen: Bool) async -> String? { nil }

      func resources(of launchID: UInt64) async -> JobResources? { nil }
    }
    struct StillClock: WallClock {
      func now() -> Timestamp { Timestamp(microseconds: 1_700_000_000_000_000) }
      func uptime() -> Int64 { 0 }
      func sleep(for duration: Duration) async {}
    }
    struct RecordedDeliveries: CallbackNotifier {
      let jobs = Recorder<JobSnapshot>()
      func problem(with url: String) -> String? { nil }
      func scheduleDelivery(_ job: JobSnapshot) { jobs.record(job) }
      func scheduleAdopted() {}
    }
    let deliveries = RecordedDeliveries()
    let budget = OutputBudget(bytesMax: 64 << 20)
    let engine = JobEngine(
      entries: [EngineEntry()], limits: EngineLimits(), budget: budget,
      ports: EnginePorts(
        whitelist: ExactWhitelist(["/bin/make"]), launcher: Program(output: stdout),
        callbacks: deliveries, store: MemoryStore(endedMax: 100, budget: budget),
        outputStorage: files, clock: StillClock(), log: RecordedLog()))
    _ = try await engine.submit(
      JobRequest(command: "/bin/make", arguments: ["all"], callback: callback)
        .callingBackSlim(isSlim))
    return try await deliveries.jobs.wait(for: 1)[0]
  }

  /// Hands `jobs` to a sender that is stopped when `body` is done.
  static func deliver(
    _ jobs: [JobSnapshot], _ policy: CallbackPolicy = CallbackPolicy(),
    limits: CallbackLimits = CallbackLimits(),
    _ body: (CallbackSender, RecordedLog) async throws -> Void
  ) async throws {
    let log = RecordedLog()
    let sender = CallbackSender(policy, limits: limits, log: log)
    try sender.start()
    for job in jobs { sender.send(job) { _ in } }
    do {
      try await body(sender, log)
    } catch {
      await sender.stop()
      throw error
    }
    await sender.stop()
  }

  /// What comes of one try to deliver to `callback`.
  static func outcome(
    _ callback: String, _ policy: CallbackPolicy = CallbackPolicy(),
    limits: CallbackLimits = CallbackLimits()
  ) async throws -> (result: CallbackResult, line: String?) {
    let job = try await job(callback)
    let outcomes = Recorder<CallbackOutcome?>()
    var line: String?
    try await deliver([], policy, limits: limits) { sender, log in
      sender.send(job) { outcomes.record($0) }
      _ = try await outcomes.wait(for: 1)
      line = log.lines.all.first
    }
    guard let outcome = outcomes.all[0] else {
      throw WaitTimeout(wanted: 1, seen: 0, limit: .zero)
    }
    return (outcome.result, line)
  }
}
