import RunnerProgress
import Synchronization
import Testing

@testable import RunnerCore

/// Jobs that do nothing any more.
@Suite(.timeLimit(.minutes(30)))
struct JobStallTests {
  /// An entry whose jobs may do nothing for 80 s: a look each 10 s.
  private static let entry: EngineEntry = {
    var entry = EngineEntry()
    entry.stallAfterSeconds = 80
    return entry
  }()

  private func harness(_ entry: EngineEntry = Self.entry) -> EngineHarness<ManualLauncher> {
    EngineHarness(ManualLauncher(), entries: [entry, EngineEntry()])
  }

  /// Lets some looks pass, ten seconds each; `body` comes before each of them.
  private func looks(
    _ count: Int, at harness: EngineHarness<ManualLauncher>, _ body: () -> Void = {}
  ) async {
    for _ in 0..<count {
      while harness.clock.sleeperCount == 0 { await Task.yield() }
      body()
      harness.clock.advance(seconds: 10)
    }
    while harness.clock.sleeperCount == 0 { await Task.yield() }
  }

  // Proves P-530.
  @Test func `a job that does nothing is ended after its time, and its document says so`()
    async throws
  {
    let harness = harness()
    let job = try await harness.submit()
    let order = try #require(await harness.launcher.next())
    await looks(7, at: harness)
    #expect(harness.launcher.terminated == [])
    harness.clock.advance(seconds: 10)
    let ended = try #require(await harness.callbacks.next(1).first)
    #expect(harness.launcher.terminated == [order.launchID])
    #expect(ended.outcome == .stalled(code: nil, seconds: 80))
    #expect(ended.accounting.limitsMet == ["stallAfter"])
    let text = String(decoding: JobDocument.summary(of: ended), as: UTF8.self)
    #expect(text.contains(#""outcome":"stalled""#) && text.contains(#""step":"stall""#))
    #expect(try await harness.store.job(job.id)?.outcome == ended.outcome)
  }

  // Twin of P-530.
  @Test(arguments: ["stdout", "stderr", "processor", "unknown", "less"])
  func `one that does something is not`(_ what: String) async throws {
    let harness = harness()
    _ = try await harness.submit()
    let order = try #require(await harness.launcher.next())
    if what == "less" { harness.launcher.processorMicroseconds.withLock { $0 = 1_000_000 } }
    await looks(30, at: harness) {
      switch what {
      case "stdout": order.output.append([1], of: .stdout)
      case "stderr": order.output.append([1], of: .stderr)
      case "processor": harness.launcher.processorMicroseconds.withLock { $0? += 10_000 }
      // Without a cgroup it is a sum over processes that live.
      case "less": harness.launcher.processorMicroseconds.withLock { $0? -= 1 }
      default: harness.launcher.processorMicroseconds.withLock { $0 = nil }
      }
    }
    #expect(harness.launcher.terminated == [])
    if what.hasPrefix("std") { #expect(harness.launcher.timeRequests.withLock(\.self) == 0) }
    harness.launcher.end(order.launchID)
    #expect(await harness.callbacks.next(1).first?.outcome == .exited(code: 0))
  }

  @Test func `a process that only wakes to look for work does nothing`() async throws {
    let harness = harness()
    _ = try await harness.submit()
    _ = await harness.launcher.next()
    await looks(7, at: harness) {
      harness.launcher.processorMicroseconds.withLock { $0? += 9_000 }
    }
    harness.clock.advance(seconds: 10)
    #expect(await harness.callbacks.next(1).first?.outcome == .stalled(code: nil, seconds: 80))
  }

  @Test func `the time for which a job is frozen does not count`() async throws {
    let harness = harness()
    let job = try await harness.submit()
    _ = await harness.launcher.next()
    await looks(5, at: harness)
    #expect(try await harness.engine.setFrozen(job.id, true) == .done)
    await looks(40, at: harness)
    #expect(try await harness.engine.setFrozen(job.id, false) == .done)
    await looks(2, at: harness)
    #expect(harness.launcher.terminated == [])
    harness.clock.advance(seconds: 10)
    #expect(await harness.callbacks.next(1).first?.outcome == .stalled(code: nil, seconds: 80))
  }

  @Test func `a job of an entry without it is never looked at`() async throws {
    let harness = harness()
    _ = try await harness.submit(command: "/bin/b")
    let order = try #require(await harness.launcher.next())
    #expect(harness.clock.sleeperCount == 0)
    harness.launcher.end(order.launchID)
    #expect(await harness.callbacks.next(1).first?.outcome == .exited(code: 0))
    #expect(harness.launcher.timeRequests.withLock(\.self) == 0)
  }

  @Test(arguments: [(0, 80), (81, 80), (604_801, 604_800)] as [(UInt32, UInt32)])
  func `a request may ask for less than its entry, and for no more`(
    _ seconds: UInt32, _ longest: UInt32
  ) async throws {
    let harness = harness()
    var demands = JobDemands()
    demands.stallAfterSeconds = seconds
    let command = longest == 80 ? "/bin/a" : "/bin/b"
    let refused = try JobRequest(command: command, arguments: [], demands: demands)
    await #expect(throws: JobRefusal.self) { try await harness.engine.submit(refused) }
    demands.stallAfterSeconds = 8
    _ = try await harness.engine.submit(
      JobRequest(
        command: command, arguments: [], callback: "http://host/", demands: demands))
    _ = await harness.launcher.next()
    for _ in 0..<8 {
      while harness.clock.sleeperCount == 0 { await Task.yield() }
      harness.clock.advance(seconds: 1)
    }
    #expect(await harness.callbacks.next(1).first?.outcome == .stalled(code: nil, seconds: 8))
  }

  @Test func `a job that stalled runs again where its entry wants that`() async throws {
    var entry = Self.entry
    entry.isRestartable = true
    entry.retry = RetryPolicy(retriesMax: 1, delaySeconds: 5)
    let harness = harness(entry)
    _ = try await harness.submit()
    _ = await harness.launcher.next()
    await looks(8, at: harness)
    harness.clock.advance(seconds: 5)
    let second = try #require(await harness.launcher.next())
    harness.launcher.end(second.launchID)
    let ended = try #require(await harness.callbacks.next(1).first)
    #expect(ended.outcome == .exited(code: 0) && ended.attempts.map(\.outcome) == ["stalled"])
  }

  @Test func `a program that ends by itself just then has not stalled`() async throws {
    let harness = harness()
    _ = try await harness.submit()
    let order = try #require(await harness.launcher.next())
    harness.launcher.isDeaf.withLock { $0 = true }
    await looks(7, at: harness)
    harness.clock.advance(seconds: 10)
    while harness.launcher.terminated.isEmpty { await Task.yield() }
    harness.launcher.end(order.launchID)
    let ended = try #require(await harness.callbacks.next(1).first)
    #expect(ended.outcome == .exited(code: 0) && ended.accounting.limitsMet == [])
  }

  @Test func `a program that waits for a slow disk does something`() {
    let slow = SlowObserver()
    let monitor = ActivityMonitor([slow], nil)
    let mark = monitor.mark
    #expect(!monitor.append([1, 2], of: .stdout) {} && monitor.isPaused && monitor.mark != mark)
    slow.whenRoom.withLock(\.self)?()
    #expect(!monitor.isPaused)
    #expect(monitor.append([3], of: .stderr, whenRoom: nil) == false && !monitor.isPaused)
  }

  @Test func `a status line that says the same again is no news`() async throws {
    let clock = TestClock()
    let progress = ProgressMonitor(
      EntryProgress(.percent, firstArguments: []), arguments: [],
      clock: ProgressMonitor.Clock(
        uptime: { clock.uptime() }, sleep: { await clock.sleep(for: $0) }))
    let monitor = ActivityMonitor([], progress)
    func write(_ text: String) async {
      let bytes = Array(text.utf8)
      _ = monitor.append(bytes[...], of: .stdout, whenRoom: nil)
      _ = progress.append(bytes[...], of: .stdout, whenRoom: nil)
      // What reads it sleeps once it has.
      while clock.sleeperCount == 0 { await Task.yield() }
      clock.advance(seconds: 1)
      while clock.sleeperCount != 0 { await Task.yield() }
    }
    let first = monitor.mark
    await write("starting\n")
    let started = monitor.mark
    #expect(started != first, "it has not said yet how far it is")
    await write("10 %\n")
    let tenth = monitor.mark
    #expect(tenth != started)
    await write("10 %\n")
    #expect(monitor.mark == tenth)
    await write("11 %\n")
    #expect(monitor.mark != tenth)
  }

  /// Has room for nothing.
  private final class SlowObserver: OutputObserver {
    let whenRoom = Mutex<(@Sendable () -> Void)?>(nil)

    func append(
      _ bytes: ArraySlice<UInt8>, of stream: OutputStreamName, whenRoom: (@Sendable () -> Void)?
    ) -> Bool {
      self.whenRoom.withLock { $0 = whenRoom }
      return false
    }
  }
}
