import CoreTestSupport
import RunnerCore
import Synchronization

/// Runs nothing: each job lasts until a test ends it.
final class ManualLauncher: JobLauncher {
  /// Orders as they come.
  let orders: AsyncStream<LaunchOrder>
  private let newOrders: AsyncStream<LaunchOrder>.Continuation
  private let held = Mutex<[UInt64: CheckedContinuation<LaunchResult, Never>]>([:])
  private let terminatedIDs = Mutex<[UInt64]>([])
  private let frozenIDs = Mutex<Set<UInt64>>([])
  /// Whether programs are still to be started: `terminate` finds nothing to end.
  let isStarting = Mutex(false)
  /// Processor time of whatever runs, in microseconds; nil for not known.
  let processorMicroseconds = Mutex<UInt64?>(0)
  /// How often it was asked for.
  let timeRequests = Mutex(0)
  /// Whether programs take no notice of `terminate`.
  let isDeaf = Mutex(false)
  /// What `freeze` answers.
  let setFrozenRefusal = Mutex<String?>(nil)

  init() {
    (orders, newOrders) = AsyncStream.makeStream()
  }

  /// What `terminate` was asked for, in order.
  var terminated: [UInt64] { terminatedIDs.withLock { $0 } }
  /// Which stand still.
  var frozen: Set<UInt64> { frozenIDs.withLock { $0 } }
  /// How many jobs run now.
  var runningCount: Int { held.withLock { $0.count } }

  func run(_ order: LaunchOrder) async -> LaunchResult {
    await withCheckedContinuation { continuation in
      held.withLock { $0[order.launchID] = continuation }
      newOrders.yield(order)
    }
  }

  func terminate(_ launchID: UInt64) {
    terminatedIDs.withLock { $0.append(launchID) }
    guard !isDeaf.withLock(\.self) else { return }
    resume(
      launchID,
      isStarting.withLock(\.self) ? .notStarted : .ended(.cancelled(code: nil)))
  }

  func setFrozen(_ launchID: UInt64, _ isFrozen: Bool) async -> String? {
    if let refusal = setFrozenRefusal.withLock({ $0 }) { return refusal }
    frozenIDs.withLock { launchIDs in
      if isFrozen { launchIDs.insert(launchID) } else { launchIDs.remove(launchID) }
    }
    return nil
  }

  func resources(of launchID: UInt64) async -> JobResources? {
    timeRequests.withLock { $0 += 1 }
    return processorMicroseconds.withLock(\.self).map {
      JobResources(processorMicroseconds: $0, memoryBytes: 4096)
    }
  }

  func end(_ launchID: UInt64, _ outcome: JobOutcome = .exited(code: 0)) {
    resume(launchID, .ended(outcome))
  }

  /// A reload overtook the launch: its program was not started.
  func retire(_ launchID: UInt64) { resume(launchID, .retired) }

  private func resume(_ launchID: UInt64, _ result: LaunchResult) {
    held.withLock { $0.removeValue(forKey: launchID) }?.resume(returning: result)
  }

  /// The next order. A suite's time limit bounds the wait.
  func next() async -> LaunchOrder? {
    var iterator = orders.makeAsyncIterator()
    return await iterator.next()
  }
}

/// Runs each job at once to its end, with its first argument as output.
final class ImmediateLauncher: JobLauncher {
  private let counts = Mutex<(now: Int, most: Int, all: Int)>((0, 0, 0))

  /// The most jobs that ever ran at one time.
  var mostAtOnce: Int { counts.withLock { $0.most } }
  var all: Int { counts.withLock { $0.all } }

  func run(_ order: LaunchOrder) async -> LaunchResult {
    counts.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1), $0.all + 1) }
    if let first = order.arguments.first {
      order.output.append(Array(first.utf8)[...], of: .stdout)
    }
    await Task.yield()
    counts.withLock { $0.now -= 1 }
    return .ended(.exited(code: 0))
  }

  func terminate(_ launchID: UInt64) {}

  func setFrozen(_ launchID: UInt64, _ isFrozen: Bool) async -> String? { nil }

  func resources(of launchID: UInt64) async -> JobResources? { nil }
}

/// Takes every callback but those to a URL with `bad` in it.
final class RecordingNotifier: CallbackNotifier {
  private let jobs: AsyncStream<JobSnapshot>
  private let newJobs: AsyncStream<JobSnapshot>.Continuation
  private let counter = Mutex<Int>(0)

  init() {
    (jobs, newJobs) = AsyncStream.makeStream()
  }

  var count: Int { counter.withLock { $0 } }

  func problem(with url: String) -> String? { url.contains("bad") ? "No." : nil }

  func scheduleDelivery(_ job: JobSnapshot) {
    counter.withLock { $0 += 1 }
    newJobs.yield(job)
  }

  func scheduleAdopted() {}

  /// The next `count` jobs that ended. A suite's time limit bounds the wait.
  func next(_ count: Int) async -> [JobSnapshot] {
    var iterator = jobs.makeAsyncIterator()
    var delivered: [JobSnapshot] = []
    while delivered.count < count, let job = await iterator.next() { delivered.append(job) }
    return delivered
  }
}

/// Keeps the lines.
final class RecordingLogger: Logger {
  private let kept = Mutex<[LogEvent]>([])

  var events: [LogEvent] { kept.withLock { $0 } }
  var lines: [String] { events.map { "\($0.level.rawValue): \($0.sentence)" } }

  /// Lines of warnings and errors.
  var problems: [String] { lines.filter { !$0.hasPrefix("info: ") } }

  func log(_ event: LogEvent) {
    kept.withLock { $0.append(event) }
  }
}

/// A clock that a test sets. Whoever sleeps wakes when the clock has been moved far enough.
final class TestClock: WallClock {
  private struct Sleeper {
    let until: Int64
    let wake: CheckedContinuation<Void, Never>
  }

  private struct State {
    var now = Timestamp(microseconds: 1_700_000_000_000_000)
    var uptime: Int64 = 1_000_000
    var sleepers: [Sleeper] = []
    var ticks = false
  }

  private let state = Mutex(State())

  func now() -> Timestamp {
    state.withLock { state in
      if state.ticks { state.now = state.now.adding(seconds: 1) }
      return state.now
    }
  }

  /// From now on it is a second later each time that somebody asks.
  func tick() { state.withLock { $0.ticks = true } }

  func uptime() -> Int64 { state.withLock { $0.uptime } }

  /// How many sleep now.
  var sleeperCount: Int { state.withLock { $0.sleepers.count } }

  func sleep(for duration: Duration) async {
    let (seconds, attoseconds) = duration.components
    let time = seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    await withCheckedContinuation { wake in
      state.withLock { state in
        state.sleepers.append(Sleeper(until: state.uptime + time, wake: wake))
      }
    }
  }

  /// Somebody sets the calendar: no time passes.
  func jump(seconds: Double) {
    state.withLock { $0.now = $0.now.adding(seconds: seconds) }
  }

  func advance(seconds: Double) {
    let woken = state.withLock { state in
      state.now = state.now.adding(seconds: seconds)
      state.uptime += Int64(seconds * 1_000_000)
      let woken = state.sleepers.filter { $0.until <= state.uptime }
      state.sleepers.removeAll { $0.until <= state.uptime }
      return woken
    }
    for sleeper in woken { sleeper.wake.resume() }
  }
}

/// An engine with fakes on all sides.
struct EngineHarness<Launcher: JobLauncher> {
  let engine: JobEngine
  let launcher: Launcher
  let callbacks = RecordingNotifier()
  let log = RecordingLogger()
  let budget = OutputBudget(bytesMax: 64 << 20)
  let clock = TestClock()
  let store: any JobStore

  init(
    _ launcher: Launcher, limits: EngineLimits = EngineLimits(), endedMax: Int = 100,
    store: (any JobStore)? = nil,
    entries: [EngineEntry] = Array(repeating: EngineEntry(), count: 2),
    quotas: any QuotaResolver = NoQuotas(), metrics: any Metrics = NoMetrics(),
    whitelist: any EntryResolver = ExactWhitelist(["/bin/a", "/bin/b"]),
    results: (any ResultPublisher)? = nil, files: (any JobFileStorage)? = nil,
    outputs: (any OutputStorage)? = nil
  ) {
    self.launcher = launcher
    self.store = store ?? MemoryStore(endedMax: endedMax, budget: budget)
    engine = JobEngine(
      entries: entries, limits: limits, budget: budget,
      ports: EnginePorts(
        whitelist: whitelist, launcher: launcher, results: results, callbacks: callbacks,
        store: self.store, outputStorage: outputs, files: files, quotas: quotas, clock: clock,
        log: log,
        metrics: metrics))
  }

  /// Every job has a callback, so that its end can be waited for; nothing forgets one that is owed.
  func submit(
    _ arguments: [String] = [], command: String = "/bin/a", callback: String? = "http://host/"
  ) async throws -> JobSnapshot {
    try await engine.submit(
      JobRequest(command: command, arguments: arguments, callback: callback))
  }

  /// Returns when a job that runs has ended.
  func end(of id: JobID) async {
    await withCheckedContinuation { continuation in
      if engine.observeEnd(of: id, { continuation.resume() }) == nil { continuation.resume() }
    }
  }
}
