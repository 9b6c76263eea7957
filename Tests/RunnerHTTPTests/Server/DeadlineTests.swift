import Glibc
import RunnerCore
import RunnerHTTP
import TestSupport
import Testing

struct DeadlineTests {
  private static let hasty = {
    var settings = HTTPSettings()
    settings.headerTime = .milliseconds(300)
    settings.bodyTime = .milliseconds(300)
    settings.idleTime = .milliseconds(400)
    return settings
  }()

  /// Sends `pieces` one by one, faster than any inactivity limit, until the server ends it.
  private static func drip(
    _ start: String, _ piece: String, _ server: TestServer
  ) throws -> (text: String, time: Duration, idleSeconds: Double) {
    // Before the connection: its time begins with it.
    let begin = ContinuousClock.now
    let idle = try IdleTime()
    let client = try server.client()
    client.send(start)
    let text = try client.everything(dripping: piece)
    return (text, .now - begin, try idle.seconds())
  }

  @Test func `header fields that drip in are 408 in time`() async throws {
    let (text, time, idleSeconds) = try await TestServer.run(Self.hasty) { server in
      try Self.drip("GET / HTTP/1.1\r\nHost: localhost\r\nX: ", "a", server)
    }
    #expect(text.hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
    #expect(text.contains(#"{"message":"Request Timeout","error":"The header fields must"#))
    #expect(time > .milliseconds(250) && idleSeconds < 5)
  }

  @Test func `a body that drips in is 408 in time`() async throws {
    let (text, time, idleSeconds) = try await TestServer.run(Self.hasty) { server in
      try Self.drip(
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n", " ", server)
    }
    #expect(text.hasPrefix("HTTP/1.1 408 "))
    #expect(time > .milliseconds(250) && idleSeconds < 5)
  }

  @Test func `a body that is going to be refused has no more time`() async throws {
    let (text, _, _) = try await TestServer.run(Self.hasty) { server in
      try Self.drip(
        "POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n", " ", server)
    }
    #expect(text.hasPrefix("HTTP/1.1 408 "))
  }

  @Test func `a connection that says nothing is ended`() async throws {
    let text = try await TestServer.run(Self.hasty) { server in
      try server.client().everything()
    }
    #expect(text.hasPrefix("HTTP/1.1 408 "))
  }

  @Test func `a connection that has nothing more to say is closed without a word`() async throws {
    let rest = try await TestServer.run(Self.hasty) { server in
      let client = try server.client()
      client.send("GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n")
      _ = try client.response()
      return try client.everything()
    }
    #expect(rest == "")
  }

  @Test func `a later request has its time too`() async throws {
    let text = try await TestServer.run(Self.hasty) { server in
      // One that a busy machine kept from sending in time is over; then another asks.
      let client = try waiting(for: "a first request in time") {
        let client = try server.client()
        client.send("GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n")
        return try client.response().status == 404 ? client : nil
      }
      client.send("GET /x HTTP/1.1\r\nHost: lo")
      return try client.everything()
    }
    #expect(text.hasPrefix("HTTP/1.1 408 "))
  }

  @Test func `an answer that nobody reads does not hold its connection`() async throws {
    var settings = HTTPSettings()
    settings.idleTime = .milliseconds(500)
    settings.responseBytesPerSecondMin = 1 << 30
    let received = try await TestServer.run(settings) { server in
      let path = try server.submit("plain 16777216")
      try server.awaitEnd(path)
      let client = try RawClient(port: server.port, receiveBufferBytes: 4096)
      client.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
      var received = 0
      // Slowly, but never idle for long: only a bound on the whole ends this.
      while true {
        let count = client.trickle(1024)
        guard count > 0 else { return received }
        received += count
        usleep(1000)
      }
    }
    #expect(received < 16 << 20)
  }
}
