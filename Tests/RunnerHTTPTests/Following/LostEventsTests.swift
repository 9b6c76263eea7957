import CoreTestSupport
import RunnerCore
import Testing

@testable import RunnerHTTP

/// What cannot be had any more is told, not left out.
struct LostEventsTests {
  private func feed(of job: Job) async throws -> JobFeed {
    let store = OneJobStore(job)
    let budget = OutputBudget(bytesMax: 1 << 20)
    let engine = JobEngine(
      entries: [EngineEntry()], limits: EngineLimits(), budget: budget,
      ports: EnginePorts(
        whitelist: ExactWhitelist([TestServer.program]), launcher: FakeLauncher(),
        callbacks: FakeCallbacks(), store: store, clock: StillClock(), log: SilentLog()))
    return try #require(try await engine.feed(of: job.id, wake: {}))
  }

  /// What is told of `job` from behind an event.
  private func told(_ job: Job, after id: String? = nil) async throws -> [SentEvent] {
    var stream = EventStream(try await feed(of: job), job)
    if let id { try stream.resume(after: id, job) }
    var bytes: [UInt8] = []
    while case .bytes(let more) = stream.next(bytesMax: 20_000, isHeartbeatDue: false) {
      bytes += more
    }
    return SentEvent.all(in: bytes)
  }

  private func job(
    _ stdout: CapturedBytes, _ outcome: JobOutcome? = .exited(code: 0), epoch: UInt64 = 1
  ) throws -> Job {
    let now = StillClock().now()
    var job = Job(
      request: try JobRequest(command: TestServer.program, arguments: []), client: .unidentified,
      createdAt: now)
    try job.apply(.started(epoch: epoch), at: now)
    job.output = .stored(stdout: stdout, stderr: CapturedBytes())
    if let outcome { try job.apply(.ended(outcome), at: now) }
    return job
  }

  // Proves P-065.
  @Test func `bytes past the limit are told at their place`() async throws {
    let job = try job(CapturedBytes(bytes: Array("abü".utf8.dropLast()), totalBytes: 10))
    let told = try await told(job)
    #expect(told.map(\.name) == ["status", "status", "stdout", "stdout", "gone", "status", "end"])
    #expect(SentEvent.text("stdout", in: told) == "ab\u{fffd}")
    #expect(told[4].data == #"{"stream":"stdout","from":3,"bytes":7}"#)
    #expect(told[4].id == "1-2-10-0")
    for (index, event) in told.enumerated() {
      #expect(try await self.told(job, after: event.id) == Array(told[(index + 1)...]))
    }
    let middle = try await self.told(job, after: "1-2-6-0")
    #expect(middle.first?.data == #"{"stream":"stdout","from":6,"bytes":4}"#)
  }

  // Proves P-065.
  @Test func `output that was given up is told, from where the client is`() async throws {
    let job = try job(CapturedBytes(totalBytes: 10, isEvicted: true))
    #expect(try await told(job)[2].data == #"{"stream":"stdout","from":0,"bytes":10}"#)
    let rest = try await told(job, after: "1-2-4-0")
    #expect(rest.map(\.name) == ["gone", "status", "end"])
    #expect(rest[0].data == #"{"stream":"stdout","from":4,"bytes":6}"#)
  }

  @Test func `bytes that are given up before they are sent break the answer off`() async throws {
    let job = try job(CapturedBytes(totalBytes: 10, isEvicted: true))
    var early = FollowedOutput(try await feed(of: job), .stdout, from: 4)
    guard case .broken = early.next(bytesMax: 100, isHeartbeatDue: false) else {
      Issue.record("six bytes are missing")
      return
    }
    var late = FollowedOutput(try await feed(of: job), .stdout, from: 10)
    guard case .end = late.next(bytesMax: 100, isHeartbeatDue: false) else {
      Issue.record("nothing is missing")
      return
    }
  }

  @Test func `while a job prints past its limit, that is told once, and now and then`() async throws
  {
    let launcher = LiveLauncher()
    var limits = EngineLimits()
    limits.outputBytesMax = 4
    limits.outputTailBytesMax = 0
    let engine = TestServer.engine(launcher, limits)
    let id = try await engine.submit(
      JobRequest(command: TestServer.program, arguments: ["live"])
    ).id
    await launcher.begun()
    try launcher.write("abcdef")
    let feed = try #require(try await engine.feed(of: id, wake: {}))
    var stream = EventStream(feed, try #require(feed.job))
    let next = { (isHeartbeatDue: Bool) -> [SentEvent] in
      guard case .bytes(let bytes) = stream.next(bytesMax: 20_000, isHeartbeatDue: isHeartbeatDue)
      else {
        return []
      }
      return SentEvent.all(in: bytes)
    }
    #expect(next(false).map(\.name) == ["status", "status", "stdout"])
    #expect(next(false).map(\.data) == [#"{"stream":"stdout","from":4,"bytes":2}"#])
    try launcher.write("ghi")
    #expect(next(false) == [])
    #expect(next(true).map(\.data) == [#"{"stream":"stdout","from":6,"bytes":3}"#])
    #expect(next(true).map(\.isComment) == [true])
  }

  @Test func `what a client has and a service lost in a crash is no error`() async throws {
    let kept = CapturedBytes(bytes: Array("ab".utf8), totalBytes: 2)
    let lost = try await told(try job(kept, .lost), after: "1-2-9-0")
    #expect(lost.map(\.name) == ["gone", "gone", "status", "end"])
    #expect(lost[3].data.contains(#""outcome":"interrupted""#) && lost[3].id == "1-4-2-0")
    await #expect(throws: EventStream.ParseError.self, "the twin: it ended by itself") {
      _ = try await told(try job(kept), after: "1-2-9-0")
    }
  }

  // Proves P-190.
  @Test func `what a crash cut is told as gone, though nobody counted it`() async throws {
    let kept = CapturedBytes(bytes: Array("ab".utf8), totalBytes: 2)
    let cut = try job(kept, .lost)
    let told = try await told(cut)
    #expect(
      told.map(\.name) == ["status", "status", "stdout", "gone", "gone", "status", "end"])
    #expect(told[3].data == #"{"stream":"stdout","from":2,"bytes":null}"# && told[3].id.isEmpty)
    #expect(told[4].data == #"{"stream":"stderr","from":0,"bytes":null}"#)
    // They have no id, so that a client that got them and not what follows is told again.
    let rest = try await self.told(cut, after: told[2].id)
    #expect(rest == Array(told[3...]))
    #expect(try await self.told(cut, after: told[5].id) == [told[6]])
    let document = String(decoding: JobDocument(cut.snapshot()).bytes(), as: UTF8.self)
    #expect(document.contains(#""outputCut":true"#))
    let twin = try await self.told(try job(kept))
    #expect(!twin.map(\.name).contains("gone"), "the twin: it ended by itself")
  }

  // Proves P-191.
  @Test(arguments: ["", "1-2-3-0", "1-2-5-0", "1-2-9-0", "1-2-12-0"])
  func `the end of a long stream is told behind its gap`(id: String) async throws {
    let kept = CapturedBytes(bytes: Array("abcWXYZ".utf8), totalBytes: 13, tailBytes: 4)
    let told = try await told(try job(kept), after: id.isEmpty ? nil : id)
      .filter { $0.name == "stdout" || $0.name == "gone" }
    let expected = [
      "": [#"{"text":"abc"}"#, #"{"stream":"stdout","from":3,"bytes":6}"#, #"{"text":"WXYZ"}"#],
      "1-2-3-0": [#"{"stream":"stdout","from":3,"bytes":6}"#, #"{"text":"WXYZ"}"#],
      "1-2-5-0": [#"{"stream":"stdout","from":5,"bytes":4}"#, #"{"text":"WXYZ"}"#],
      "1-2-9-0": [#"{"text":"WXYZ"}"#], "1-2-12-0": [#"{"text":"Z"}"#],
    ]
    #expect(told.map(\.data) == expected[id])
  }

  // Proves P-191.
  @Test func `a follower gets the start as it comes, and the last bytes at the end`() async throws {
    let launcher = LiveLauncher()
    var limits = EngineLimits()
    limits.outputBytesMax = 4
    limits.outputTailBytesMax = 3
    let engine = TestServer.engine(launcher, limits)
    let id = try await engine.submit(
      JobRequest(command: TestServer.program, arguments: ["live"])
    ).id
    await launcher.begun()
    try launcher.write("abcdef")
    let feed = try #require(try await engine.feed(of: id, wake: {}))
    var stream = EventStream(feed, try #require(feed.job))
    let next = { (isHeartbeatDue: Bool) -> [SentEvent] in
      guard case .bytes(let bytes) = stream.next(bytesMax: 20_000, isHeartbeatDue: isHeartbeatDue)
      else {
        return []
      }
      return SentEvent.all(in: bytes)
    }
    #expect(next(false).map(\.name) == ["status", "status", "stdout"])
    #expect(next(false) == [], "these two are kept, if nothing comes behind them")
    try launcher.write("ghi")
    #expect(next(false).map(\.data) == [#"{"stream":"stdout","from":4,"bytes":2}"#])
    try launcher.write("jk")
    try launcher.end()
    await withCheckedContinuation { ended in
      if engine.observeEnd(of: id, { ended.resume() }) == nil { ended.resume() }
    }
    var rest = next(false)
    while !rest.contains(where: { $0.name == "end" }) { rest += next(false) }
    #expect(
      rest.prefix(2).map(\.data) == [
        #"{"stream":"stdout","from":6,"bytes":2}"#, #"{"text":"ijk"}"#,
      ])
  }

  @Test func `a job that runs again is told from its start, and that it does`() async throws {
    let kept = CapturedBytes(bytes: Array("new".utf8), totalBytes: 3)
    let told = try await told(try job(kept, epoch: 2), after: "1-2-900-0")
    #expect(told.map(\.name) == ["restart", "status", "status", "stdout", "status", "end"])
    #expect(told[0].data == #"{"attempt":2}"# && told[0].id == "2-0-0-0")
    #expect(told[5].id == "2-4-3-0")
    // Whoever only knows that it waits has heard nothing that is void.
    let rest = try await self.told(try job(kept, epoch: 2), after: "1-1-0-0")
    #expect(rest.map(\.name) == ["status", "stdout", "status", "end"])
  }
}
