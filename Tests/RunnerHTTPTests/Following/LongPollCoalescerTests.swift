import RunnerCore
import RunnerHTTP
import Synchronization
import Testing

/// A GET of a live job is held for a moment, because clients ask again and again.
struct LongPollCoalescerTests {
  @Test func `a live job is answered as it is, though it goes on`() async throws {
    let text = try await TestServer.run { server in
      try server.get(try server.submit("hold")).text
    }
    #expect(text.contains(#""code":null"#) && !text.contains(#""err""#))
  }

  @Test func `sixty-four clients of one live job are all answered, again and again`() async throws {
    let statuses = try await TestServer.run { server in
      let path = try server.submit("hold")
      let clients = try (0..<64).map { _ in try server.client() }
      var statuses: Set<Int> = []
      for _ in 0..<5 {
        for client in clients { client.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n") }
        for client in clients { statuses.insert(try client.response().status) }
      }
      return statuses
    }
    #expect(statuses == [200])
  }

  @Test func `clients that disconnect while they are held affect no other client`() async throws {
    let status = try await TestServer.run { server in
      let path = try server.submit("hold")
      for _ in 0..<100 {
        try server.client().send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
      }
      return try server.get(path).status
    }
    #expect(status == 200)
  }

  @Test func `the end of a job is told once to each observer, and to none that stopped`()
    async throws
  {
    let launcher = FakeLauncher()
    let engine = TestServer.engine(launcher)
    let job = try await engine.submit(JobRequest(command: "/bin/program", arguments: ["hold"]))
    let told = Mutex<[Int]>([])
    await withCheckedContinuation { continuation in
      #expect(engine.observeEnd(of: job.id) { told.withLock { $0.append(1) } } != nil)
      let second = engine.observeEnd(of: job.id) { told.withLock { $0.append(2) } }
      if let second { engine.stopObserving(second) }
      #expect(engine.observeEnd(of: job.id) { continuation.resume() } != nil)
      launcher.terminate(1)  // Jobs are numbered from 1.
    }
    await engine.shutDown()
    #expect(told.withLock { $0 } == [1])
    #expect(engine.observeEnd(of: job.id) {} == nil, "it has ended")
    #expect(engine.observeEnd(of: .random()) {} == nil, "there is none")
  }
}
