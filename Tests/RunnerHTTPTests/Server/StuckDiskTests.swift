import RunnerCore
import Testing

@testable import RunnerHTTP

/// Answers that are read from files: one thread serves all connections, so none of it may wait for
/// a disk.
@Suite(.timeLimit(.minutes(30)))
struct StuckDiskTests {
  private static let size = 200_000

  @Test func `a stuck disk holds up the answers that need it, and no other`() async throws {
    let files = StuckFiles()
    try await TestServer.run(files: files) { server in
      let path = try server.submit("fill \(Self.size)")
      let whole = try server.get(path, "Prefer: wait=60\r\n")
      let stdout = try server.get(path + "/stdout")
      let range = "Range: bytes=70000-170000\r\n"
      let part = try server.get(path + "/stdout", range)
      #expect(whole.status == 200 && stdout.body.count == Self.size && part.status == 206)
      #expect(part.body == Array(stdout.body[70_000...170_000]))
      files.stick()
      let clients = try [
        (path, ""), (path + "/stdout", ""), (path + "/stdout", range),
      ].map { target, fields in
        let client = try server.client()
        client.send("GET \(target) HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n")
        return client
      }
      let events = try FollowClient(server, path + "/events")
      // The events are of two streams.
      #expect(files.awaitReads(5))
      for _ in 0..<10 { #expect(try server.get("/queue").status == 200) }
      files.unstick()
      let answers = try clients.map { try $0.response() }
      #expect(answers.map(\.body) == [whole.body, stdout.body, part.body])
      #expect(try events.events().last?.name == "end")
    }
  }

  @Test func `a service stops though a disk is stuck`() async throws {
    let files = StuckFiles()
    let clients = try await TestServer.run(files: files) { server in
      let path = try server.submit("fill \(Self.size)")
      _ = try server.get(path, "Prefer: wait=60\r\n")
      files.stick()
      let clients = try [path + "/stdout", path + "/events"].map { target in
        let client = try server.client()
        client.send("GET \(target) HTTP/1.1\r\nHost: localhost\r\n\r\n")
        return client
      }
      #expect(files.awaitReads(3))
      return clients.count
    }
    #expect(clients == 2)
    files.unstick()
  }

  @Test func `an answer whose time is up ends though its disk is stuck`() async throws {
    let files = StuckFiles()
    var settings = HTTPSettings()
    // Longer than a busy machine keeps an answer without a disk.
    settings.idleTime = .seconds(1)
    settings.responseBytesPerSecondMin = .max
    try await TestServer.run(settings, files: files) { server in
      let path = try server.submit("fill \(Self.size)")
      // Its end, without the document: that would have to be read in no time.
      _ = try server.ask("HEAD \(path) HTTP/1.1\r\nHost: localhost\r\nPrefer: wait=60\r\n\r\n")
      files.stick()
      let client = try server.client()
      client.send("GET \(path)/stdout HTTP/1.1\r\nHost: localhost\r\n\r\n")
      #expect(files.awaitReads(1))
      #expect(throws: RawClient.Failure.self) { try client.response() }
      files.unstick()
    }
  }

  @Test func `a job that another process has is not followed in silence`() async throws {
    var job = Job(
      request: try JobRequest(command: TestServer.program, arguments: []),
      client: Principal(name: ""),
      createdAt: StillClock().now())
    let id = job.id
    try job.apply(.started(epoch: 1), at: StillClock().now())
    try await TestServer.run(store: OneJobStore(job)) { server in
      for target in ["/\(id)/events", "/\(id)/stdout?follow=1", "/\(id)/stderr?follow=1"] {
        let answer = try server.get(target)
        #expect(answer.status == 409 && answer.text.contains("another process"), "\(target)")
      }
      #expect(try server.get("/\(id)").status == 200)
      #expect(try server.get("/\(id)/stdout").status == 200)
    }
  }
}
