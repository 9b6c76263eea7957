import RunnerCore
import Synchronization
import Testing

/// The queue, its pause, frozen jobs and deadlines over the wire.
struct QueueRoutesTests {
  private static let program = TestServer.program

  private static func post(_ path: String) -> String {
    "POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"
  }

  @Test func `the queue says how it is`() async throws {
    var limits = EngineLimits()
    limits.runningMax = 1
    limits.queuedMax = 7
    let (first, later) = try await TestServer.run(limits: limits) { server in
      let first = try server.get("/queue").text
      for _ in 0..<3 { _ = try server.submit("hold") }
      return (first, try server.get("/queue").text)
    }
    #expect(
      first == """
        {"paused":false,"draining":false,"waiting":0,"waitingBytes":0,"running":0,\
        "longestWait":null,"drainPerHour":null,"waitingFor":{},\
        "limits":{"waiting":7,"waitingBytes":67108864,"running":1}}
        """)
    #expect(
      later.hasPrefix(
        #"{"paused":false,"draining":false,"waiting":2,"waitingBytes":40,"running":1,"#)
    )
  }

  @Test func `a paused queue takes jobs up to its bound, and goes on when it is resumed`()
    async throws
  {
    var limits = EngineLimits()
    limits.queuedMax = 2
    let (paused, statuses, resumed, ended) = try await TestServer.run(limits: limits) { server in
      let paused = try server.ask(Self.post("/queue/pause"))
      let path = try server.submit("print x")
      let statuses = [
        paused.status, try server.post(#"{"command":"\#(Self.program)"}"#).status,
        try server.post(#"{"command":"\#(Self.program)"}"#).status,
        try server.ask(Self.post("/queue/pause")).status, try server.get("/queue/pause").status,
        try server.get("/queue?x=1").status, try server.get("/queue/x").status,
      ]
      let resumed = try server.ask(Self.post("/queue/resume"))
      return (paused.text, statuses, resumed.text, try server.ended(path).text)
    }
    #expect(paused.hasPrefix(#"{"paused":true,"#) && resumed.hasPrefix(#"{"paused":false,"#))
    #expect(statuses == [200, 202, 503, 200, 405, 400, 404])
    #expect(ended.contains(#""stdout":"x""#))
  }

  @Test func `a drain is accepted, refuses further jobs, and is told on once a request`()
    async throws
  {
    let requests = Counter()
    let (drained, refused) = try await TestServer.run(onDrain: { requests.increment() }) { server in
      (
        try server.ask(Self.post("/queue/drain")),
        try server.post(#"{"command":"\#(Self.program)"}"#)
      )
    }
    #expect(drained.status == 202 && drained.text.contains(#""draining":true"#))
    #expect(refused.status == 503 && refused.fields["retry-after"] != nil)
    #expect(requests.value == 1)
  }

  /// A count of several threads.
  private final class Counter: Sendable {
    private let count = Atomic<Int>(0)
    var value: Int { count.load(ordering: .relaxed) }
    func increment() { count.add(1, ordering: .relaxed) }
  }

  @Test func `a job is frozen and thawed, and what does not run is a conflict`() async throws {
    var limits = EngineLimits()
    limits.runningMax = 1
    let (frozen, thawed, statuses, why) = try await TestServer.run(limits: limits) { server in
      let path = try server.submit("hold")
      let waiting = try server.submit("hold")
      // It holds once it is in the launcher's hands.
      var frozen = try server.ask(Self.post(path + "/freeze"))
      while frozen.status == 409 { frozen = try server.ask(Self.post(path + "/freeze")) }
      let read = try server.get(path).text
      let thawed = try server.ask(Self.post(path + "/thaw")).text
      let refused = try server.ask(Self.post(waiting + "/freeze"))
      let none = "/" + String(repeating: "0", count: 40)
      return (
        (frozen.text, read), thawed,
        [
          frozen.status, refused.status, try server.ask(Self.post(none + "/freeze")).status,
          try server.get(path + "/freeze").status,
        ], refused.text
      )
    }
    #expect(frozen.0.contains(#""status":"running","frozen":true"#))
    #expect(frozen.1.contains(#""frozen":true"#) && !thawed.contains("frozen"))
    #expect(statuses == [200, 409, 404, 405])
    #expect(why.contains("does not run"))
  }

  @Test func `a deadline is read back, and one that cannot be is refused by field`() async throws {
    let (accepted, refused) = try await TestServer.run { server in
      let ask = { (value: String) throws in
        try server.post(
          #"{"command":"\#(Self.program)","args":"hold","deadline":\#(value)}"#)
      }
      return (
        try ask(#""2023-11-15T00:13:20+01:00""#),
        try [
          #""2023-11-14T22:13:20Z""#, #""2024-11-14T22:13:20Z""#, #""tomorrow""#, "5", "[]",
        ].map(ask)
      )
    }
    #expect(accepted.status == 202)
    #expect(accepted.text.contains(#""deadline":"2023-11-14T23:13:20.000Z","status":"#))
    for answer in refused {
      #expect(answer.status == 400 && answer.text.hasSuffix(#""field":"deadline"}"#))
    }
  }
}
