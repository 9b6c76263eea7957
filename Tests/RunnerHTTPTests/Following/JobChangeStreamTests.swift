import RunnerAccess
import RunnerCore
import Testing

@testable import RunnerHTTP

/// The stream of the changes of all jobs.
@Suite(.timeLimit(.minutes(30)))
struct JobChangeStreamTests {
  private static func caller(_ name: String, _ jobs: AccessGrant.Visibility) -> Caller {
    Caller(
      principal: Principal(name: name),
      grant: AccessGrant(scopes: [.read, .cancel], entries: .all, jobs: jobs), evidence: .token)
  }

  /// Reads until an event is `wanted`.
  private static func events(
    _ stream: inout JobChangeStream, until wanted: (SentEvent) -> Bool
  ) async -> [SentEvent] {
    var events: [SentEvent] = []
    while !events.contains(where: wanted) {
      if case .bytes(let bytes) = stream.next(bytesMax: 1 << 16, isHeartbeatDue: false) {
        events += SentEvent.all(in: bytes)
      } else {
        await Task.yield()
      }
    }
    return events
  }

  private static func stream(
    _ engine: JobEngine, _ caller: Caller, after last: String? = nil
  ) -> JobChangeStream {
    JobChangeStream(
      engine.changes(wake: {}), for: caller, after: last.flatMap { JobChangePosition($0) },
      isOver: { false })
  }

  private static func submit(_ engine: JobEngine, _ name: String) async throws -> JobID {
    try await engine.submit(
      JobRequest(command: TestServer.program, arguments: []), from: Principal(name: name)
    ).id
  }

  // Proves P-572.
  @Test func `a caller is told who it is, and of the jobs alone that exist for it`() async throws {
    let engine = TestServer.engine(FakeLauncher())
    var own = Self.stream(engine, Self.caller("token/me", .own))
    var all = Self.stream(engine, Self.caller("token/all", .all))
    let others = try await Self.submit(engine, "token/other")
    let mine = try await Self.submit(engine, "token/me")
    let told = await Self.events(&own) { $0.data.contains("\(mine)") }
    #expect(told[0].name == "hello")
    #expect(
      told[0].data
        == #"{"resumed":false,"principal":"token/me","evidence":"token","#
        + #""scopes":["read","cancel"],"jobs":"own"}"#)
    #expect(!told.contains { $0.data.contains("\(others)") })
    let first = await Self.events(&all) { $0.name == "job" }
    for id in [mine, others] where !first.contains(where: { $0.data.contains("\(id)") }) {
      _ = await Self.events(&all) { $0.data.contains("\(id)") }
    }
    await engine.shutDown()
  }

  @Test func `who comes again gets what it missed, or is told that it must read anew`()
    async throws
  {
    let engine = TestServer.engine(FakeLauncher())
    let caller = Self.caller("token/me", .all)
    var first = Self.stream(engine, caller)
    let one = try await Self.submit(engine, "token/me")
    let told = await Self.events(&first) { $0.data.contains("\(one)") }
    let last = try #require(told.last?.id)
    let two = try await Self.submit(engine, "token/me")
    _ = await Self.events(&first) { $0.data.contains("\(two)") }
    var second = Self.stream(engine, caller, after: last)
    let missed = await Self.events(&second) { $0.data.contains("\(two)") }
    #expect(missed[0].name == "hello" && missed[0].data.contains(#""resumed":true"#))
    for unknown in ["1-1", "x", told[0].id + "9"] {
      var third = Self.stream(engine, caller, after: unknown)
      let told = await Self.events(&third) { $0.name == "hello" }
      #expect(told[0].data.contains(#""resumed":false"#), "\(unknown)")
    }
    await engine.shutDown()
  }

  // Proves P-572.
  @Test func `what is not told does not hold up what is`() async throws {
    let engine = TestServer.engine(FakeLauncher())
    var own = Self.stream(engine, Self.caller("token/me", .own))
    var all = Self.stream(engine, Self.caller("token/all", .all))
    for _ in 0..<3 {
      let other = try await Self.submit(engine, "token/other")
      _ = await Self.events(&all) { $0.data.contains("\(other)") }
    }
    let mine = try await Self.submit(engine, "token/me")
    _ = await Self.events(&all) { $0.data.contains("\(mine)") }
    // `hello` first, and then nothing but what is in the log already.
    _ = own.next(bytesMax: 1, isHeartbeatDue: false)
    guard case .bytes(let bytes) = own.next(bytesMax: 1, isHeartbeatDue: false) else {
      Issue.record("it waits")
      return
    }
    #expect(SentEvent.all(in: bytes).contains { $0.data.contains("\(mine)") })
    await engine.shutDown()
  }

  @Test func `where a browser comes again, its last event counts and not the address`()
    async throws
  {
    var settings = HTTPSettings()
    settings.changesTime = .zero
    try await TestServer.run(settings) { server in
      let feed = server.engine.changes(wake: {})
      let id = feed.end.text
      for (target, field, isResumed) in [
        ("/events?after=1-1", "Last-Event-ID: \(id)\r\n", true), ("/events?after=1-1", "", false),
        ("/events?after=\(id)", "", true), ("/events?after=\(id)", "Last-Event-ID: 1-1\r\n", false),
      ] {
        let told = try FollowClient(server, target, field).events()
        #expect(told[0].data.contains("\"resumed\":\(isResumed)"), "\(target) \(field)")
      }
    }
  }

  @Test func `silence is a comment, and the time to come again the end`() async throws {
    let engine = TestServer.engine(FakeLauncher())
    let feed = engine.changes(wake: {})
    let caller = Self.caller("token/me", .all)
    var stream = JobChangeStream(feed, for: caller, after: nil, isOver: { false })
    _ = stream.next(bytesMax: 1 << 16, isHeartbeatDue: false)
    guard case .wait = stream.next(bytesMax: 1 << 16, isHeartbeatDue: false),
      case .bytes(let bytes) = stream.next(bytesMax: 1 << 16, isHeartbeatDue: true)
    else {
      Issue.record("another step")
      return
    }
    #expect(Array(bytes) == Array(":\n".utf8))
    var over = JobChangeStream(feed, for: caller, after: nil, isOver: { true })
    guard case .bytes = over.next(bytesMax: 1 << 16, isHeartbeatDue: false),
      case .end = over.next(bytesMax: 1 << 16, isHeartbeatDue: false)
    else {
      Issue.record("another step")
      return
    }
    await engine.shutDown()
  }

  @Test func `the server streams it, and ends it when the caller is to be asked again`()
    async throws
  {
    var settings = HTTPSettings()
    settings.changesTime = .zero
    try await TestServer.run(settings) { server in
      let client = try FollowClient(server, "/events", "Last-Event-ID: 1-1\r\n")
      #expect(client.status == 200 && client.fields["content-type"] == "text/event-stream")
      #expect(try client.events().map(\.name) == ["hello"])
    }
    let old = try await TestServer.run { server in
      try server.ask("GET /events HTTP/1.0\r\n\r\n")
    }
    #expect(old.status == 426)
  }
}
