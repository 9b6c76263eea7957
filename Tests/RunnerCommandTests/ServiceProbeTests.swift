import RunnerCore
import SharedBounds
import Synchronization
import Testing

@testable import RunnerCommand

/// Readiness looks at each part, and metrics are read when they are asked for.
struct ServiceProbeTests {
  private final class Counter: Sendable {
    let count = Atomic<Int>(0)
  }

  /// A clock whose sleeps end at once: each time limit is over before work that hangs.
  private struct InstantClock: WallClock {
    func now() -> Timestamp { Timestamp(microseconds: 0) }
    func uptime() -> Int64 { 5_000_000 }
    func sleep(for duration: Duration) async {}
  }

  /// A clock whose sleeps never end by themselves.
  private struct EndlessClock: WallClock {
    func now() -> Timestamp { Timestamp(microseconds: 0) }
    func uptime() -> Int64 { 5_000_000 }
    func sleep(for duration: Duration) async {
      // Cancelled, it ends at once.
      try? await Task.sleep(for: .seconds(1_000_000))
    }
  }

  private struct Whitelist: EntryResolver {
    func entry(for request: JobRequest) throws(JobRefusal) -> Int { 0 }
  }

  private struct Launcher: JobLauncher {
    func run(_ order: LaunchOrder) async -> LaunchResult { .ended(.exited(code: 0)) }
    func terminate(_ launchID: UInt64) {}
    func setFrozen(_ launchID: UInt64, _ isFrozen: Bool) async -> String? { nil }

    func resources(of launchID: UInt64) async -> JobResources? { nil }
  }

  private struct Callbacks: CallbackNotifier {
    func problem(with url: String) -> String? { nil }
    func scheduleDelivery(_ job: JobSnapshot) {}
    func scheduleAdopted() {}
  }

  private struct Log: Logger {
    func log(_ event: LogEvent) {}
  }

  private static func engine() -> JobEngine {
    let budget = OutputBudget(bytesMax: 1 << 20)
    return JobEngine(
      entries: [EngineEntry(name: "films", hasHostPaths: true)], limits: EngineLimits(),
      budget: budget,
      ports: EnginePorts(
        whitelist: Whitelist(), launcher: Launcher(), callbacks: Callbacks(),
        store: MemoryStore(endedMax: 1, budget: budget), clock: EndlessClock(), log: Log()))
  }

  private static func probe(
    _ storage: StorageProbe = StorageProbe(), engine: JobEngine = engine(),
    clock: any WallClock = EndlessClock(),
    askLauncher: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void = { $0() }
  ) -> ServiceProbe {
    ServiceProbe(
      .init(
        engine: engine, storage: storage, askLauncher: askLauncher, metrics: MetricRegistry(),
        disks: DiskProbe(stateFolder: nil, clock: clock), clock: clock))
  }

  private static func states(_ checks: [ReadinessCheck]) -> [String: ReadinessCheck.State] {
    Dictionary(uniqueKeysWithValues: checks.map { ($0.name, $0.state) })
  }

  // Proves P-280.
  @Test func `a part that works is ok`() async {
    let checks = await Self.probe().readiness()
    #expect(
      Self.states(checks)
        == ["store": .ok, "disk": .ok, "launcher": .ok, "queue": .ok, "entries": .ok])
  }

  // Proves P-280.
  @Test func `a full disk, a store that fails and a missing path are said`() async throws {
    let engine = Self.engine()
    await engine.setClosure(of: EntryID(generation: 0, index: 0), "/films is not there.", number: 1)
    try await engine.pause()
    let storage = StorageProbe(write: { .full }, freeBytes: { ServiceProbe.freeBytesMin - 1 })
    let checks = await Self.probe(storage, engine: engine).readiness()
    #expect(
      Self.states(checks)
        == [
          "store": .failed, "disk": .failed, "launcher": .ok, "queue": .degraded,
          "entries": .failed,
        ])
    #expect(checks.last?.problem == "films: /films is not there.")
  }

  // Proves P-280.
  @Test func `what does not answer fails instead of hanging`() async {
    let storage = StorageProbe(write: { await Self.forever() }, freeBytes: { nil })
    let checks = await Self.probe(storage, clock: InstantClock()) { _ in }.readiness()
    #expect(Self.states(checks)["store"] == .failed && Self.states(checks)["launcher"] == .failed)
  }

  private static func forever() async -> StoreFailure? {
    await EndlessClock().sleep(for: .zero)
    return nil
  }

  @Test func `requests within a second share one check`() async {
    let writes = Counter()
    let probe = Self.probe(
      StorageProbe(write: {
        writes.count.add(1, ordering: .relaxed)
        return nil
      }))
    await withTaskGroup { group in
      for _ in 0..<50 { group.addTask { _ = await probe.readiness() } }
    }
    #expect(writes.count.load(ordering: .relaxed) == 1)
  }

  @Test func `metrics have the queue, each entry, the build and the process`() async {
    let storage = StorageProbe(freeBytes: { 7 }, pendingCallbacks: { 3 })
    let text = await Self.probe(storage).metricsText()
    for line in [
      "http_runner_jobs_queued 0", #"http_runner_jobs_running{entry="films"} 0"#,
      "http_runner_callbacks_owed 3", "http_runner_state_free_bytes 7",
      #"http_runner_build_info{version="\#(Version.number)"} 1"#,
      "# TYPE process_cpu_seconds_total counter",
    ] {
      #expect(text.contains(line + "\n"), "\(line) in \(text)")
    }
    for name in ["process_open_fds", "process_resident_memory_bytes", "process_start_time_seconds"]
    {
      #expect(text.contains("\n\(name) "), "\(name)")
    }
  }
}
