import RunnerProgress
import Synchronization
import Testing
import TextFormats

@testable import RunnerCore

/// Progress of jobs beside their output, from the first byte to the end.
@Suite(.timeLimit(.minutes(30)))
struct ProgressMonitorTests {
  private static let entries = [
    EngineEntry(progress: EntryProgress(.ffmpeg, firstArguments: ["-hide_banner"])),
    EngineEntry(),
  ]
  private static let header =
    "Input #0, matroska,webm, from 'a.mkv':\n  Duration: 00:00:30.00, start: 0.0, bitrate: 1\n"

  private static func line(_ seconds: Int, isFinal: Bool = false) -> String {
    "frame=  320 fps=158 q=29.0 \(isFinal ? "L" : "")size=     768kB time=00:00:\(seconds).00 "
      + "bitrate= 586.5kbits/s speed=5.29x    \(isFinal ? "\n" : "\r")"
  }

  /// An ffmpeg that runs.
  private struct Run {
    let harness = EngineHarness(ManualLauncher(), entries: ProgressMonitorTests.entries)
    let id: JobID
    let order: LaunchOrder

    init() async throws {
      id = try await harness.submit(["-i", "a.mkv", "b.mkv"]).id
      order = try #require(await harness.launcher.next())
    }

    func write(_ text: String, to stream: OutputStreamName = .stderr) {
      order.output.append(Array(text.utf8)[...], of: stream)
    }

    var monitor: ProgressMonitor {
      get throws { try #require(harness.engine.table.job(id)?.job.progress) }
    }

    /// Returns when there is progress that is newer than `version`.
    func news(after version: UInt64) async throws -> (json: String, version: UInt64) {
      let monitor = try monitor
      await withCheckedContinuation { continuation in
        let isDone = Atomic<Bool>(false)
        let waiter = OutputWaiter(id: 7) {
          if !isDone.exchange(true, ordering: .relaxed) { continuation.resume() }
        }
        if monitor.find(after: version, orCall: waiter) != nil { waiter.wake() }
      }
      let found = try #require(monitor.find(after: version, orCall: OutputWaiter(id: 8) {}))
      return (String(decoding: found.json, as: UTF8.self), found.version)
    }

    func document() throws -> String {
      let snapshot = try #require(harness.engine.job(id))
      return String(decoding: JobDocument.summary(of: snapshot), as: UTF8.self)
    }
  }

  @Test func `a job has its progress while it runs, and the last of it at the end`() async throws {
    let run = try await Run()
    #expect(try run.document().contains(#""progress":{"fraction":null}"#))
    run.write(Self.header + Self.line(15))
    let half = try await run.news(after: 1)
    #expect(half.json.hasPrefix(#"{"fraction":0.5,"#), "\(half.json)")
    #expect(half.json.contains(#""speed":5.29,"fps":158,"outputSeconds":15"#), "\(half.json)")
    run.write(Self.line(29, isFinal: true))
    run.harness.launcher.end(run.order.launchID)
    await run.harness.end(of: run.id)
    let document = try run.document()
    #expect(document.contains(#""progress":{"fraction":1,"speed":5.29"#), "\(document)")
    #expect(!document.contains("short") && !document.contains("etaSeconds"))
    await run.harness.engine.shutDown()
  }

  // Proves P-383.
  @Test(arguments: [JobOutcome.exited(code: 0), .exited(code: 1), .cancelled(code: 0)])
  func `half a film is short where the code is 0, and never whole`(outcome: JobOutcome) async throws
  {
    let run = try await Run()
    run.write(Self.header + Self.line(15, isFinal: true))
    run.harness.launcher.end(run.order.launchID, outcome)
    await run.harness.end(of: run.id)
    let document = try run.document()
    #expect(document.contains(#""short":true"#) == (outcome == .exited(code: 0)))
    #expect(document.contains(#""progress":{"fraction":0.5"#), "\(document)")
    await run.harness.engine.shutDown()
  }

  @Test func `an entry that names no reader has no progress`() async throws {
    let harness = EngineHarness(ManualLauncher(), entries: Self.entries)
    let job = try await harness.submit(["-i", "a.mkv", "b.mkv"], command: "/bin/b")
    let order = try #require(await harness.launcher.next())
    order.output.append(Array((Self.header + Self.line(15)).utf8)[...], of: .stderr)
    harness.launcher.end(order.launchID)
    await harness.end(of: job.id)
    let snapshot = try #require(harness.engine.job(job.id))
    #expect(snapshot.progressJSON.isEmpty)
    await harness.engine.shutDown()
  }

  // Proves P-386.
  @Test func `a job that floods its stream never waits, and the newest bytes count`() async throws {
    let run = try await Run()
    let monitor = try run.monitor
    let flood = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
    for _ in 0..<64 {
      #expect(monitor.append(flood[...], of: .stderr, whenRoom: nil))
    }
    run.write("\n" + Self.header + Self.line(21))
    run.harness.launcher.end(run.order.launchID, .exited(code: 9))
    await run.harness.end(of: run.id)
    #expect(try run.document().contains(#""progress":{"fraction":0.7,"#))
    await run.harness.engine.shutDown()
  }

  // Proves P-386.
  @Test func `what waits to be read has a bound, and a cut line is left out`() {
    var backlog = ProgressBacklog()
    for _ in 0..<100 { backlog.append([UInt8](repeating: 1, count: 10_000)[...], of: .stderr) }
    backlog.append([2, 3], of: .stdout)
    let parts = backlog.removeAll()
    #expect(parts.map(\.bytes.count) == [64 << 10, 2] && parts.map(\.isCut) == [true, false])
    #expect(backlog.isEmpty)
  }

  @Test func `news comes four times a second at most`() async throws {
    let run = try await Run()
    run.write(Self.header + Self.line(10))
    let first = try await run.news(after: 1)
    while run.harness.clock.sleeperCount == 0 { await Task.yield() }
    run.write(Self.line(11))
    run.write(Self.line(12))
    #expect(try run.monitor.find(after: first.version, orCall: OutputWaiter(id: 9) {}) == nil)
    run.harness.clock.advance(seconds: 0.25)
    let second = try await run.news(after: first.version)
    #expect(second.version == first.version + 1 && second.json.contains(#""fraction":0.4"#))
    run.harness.launcher.end(run.order.launchID)
    await run.harness.end(of: run.id)
    await run.harness.engine.shutDown()
  }

  // Proves P-382.
  @Test func `time in which a job was frozen is not in its pace`() async throws {
    let run = try await Run()
    run.write(Self.header + Self.line(10))
    let first = try await run.news(after: 1)
    #expect(try await run.harness.engine.setFrozen(run.id, true) == .done)
    run.harness.clock.advance(seconds: 3600)
    #expect(try await run.harness.engine.setFrozen(run.id, false) == .done)
    run.harness.clock.advance(seconds: 10)
    run.write(Self.line(20))
    let second = try await run.news(after: first.version)
    #expect(second.json.contains(#""etaSeconds":10,"#), "\(second.json)")
    run.harness.launcher.end(run.order.launchID)
    await run.harness.end(of: run.id)
    await run.harness.engine.shutDown()
  }
}
