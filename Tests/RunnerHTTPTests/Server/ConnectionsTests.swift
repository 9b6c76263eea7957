import Dispatch
import Glibc
import RunnerCore
import RunnerHTTP
import Synchronization
import TestSupport
import Testing

struct ConnectionsTests {
  @Test func `64 clients at once are each served 20 times`() async throws {
    let served = try await TestServer.run { server in
      let served = Atomic<Int>(0)
      DispatchQueue.concurrentPerform(iterations: 64) { _ in
        for _ in 0..<20 {
          guard let path = try? server.submit("print x"), let job = try? server.ended(path),
            job.text.contains(#""stdout":"x""#)
          else { return }
          served.wrappingAdd(1, ordering: .relaxed)
        }
      }
      return served.load(ordering: .relaxed)
    }
    #expect(served == 64 * 20)
  }

  @Test func `pipelined requests are answered in their order`() async throws {
    let statuses = try await TestServer.run { server in
      let client = try server.client()
      let get = "GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n"
      let post = server.submission(#"{"command":"/bin/program"}"#)
      client.send(get + post + get + post)
      return try (0..<4).map { _ in try client.response().status }
    }
    #expect(statuses == [404, 202, 404, 202])
  }

  @Test func `a client that leaves while its answer is made harms nobody`() async throws {
    let status = try await TestServer.run { server in
      for _ in 0..<200 {
        let client = try server.client()
        client.send(server.submission(#"{"command":"/bin/program"}"#))
      }
      return try server.post(#"{"command":"/bin/program"}"#).status
    }
    #expect(status == 202)
  }

  @Test func `500 connections leave no descriptor behind`() async {
    // In a process of its own, where nobody else opens or closes anything.
    await #expect(processExitsWith: .success) {
      // The library may keep a connection that ended inside of a request line until its time is up.
      var settings = HTTPSettings()
      settings.headerTime = .seconds(1)
      try await TestServer.run(settings) { server in
        // The first requests start threads that keep descriptors.
        for _ in 0..<20 { _ = try server.get("/x") }
        let before = settledSocketCount()
        for index in 0..<100 {
          _ = try server.get("/x")
          _ = try server.post(#"{"command":"/bin/program"}"#)
          _ = try server.ask("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")
          _ = try server.ask(
            "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n\r\n")
          let leaver = try server.client()
          leaver.send(index % 2 == 0 ? "GET" : server.submission("{}"))
        }
        let after = settledSocketCount()
        precondition(after == before, "\(after) sockets after, \(before) before")
      }
    }
  }

  @Test func `one connection too many is 503`() async throws {
    var settings = HTTPSettings()
    settings.connectionsMax = 3
    let text = try await TestServer.run(settings) { server in
      let held = try (0..<3).map { _ in try server.client() }
      for client in held {
        client.send("GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n")
        _ = try client.response()
      }
      return try server.client().everything()
    }
    #expect(text.hasPrefix("HTTP/1.1 503 Service Unavailable\r\n"))
    #expect(text.contains("\r\nRetry-After: 5\r\n"))
    #expect(text.contains("All 3 connections are in use"))
  }

  @Test func `an address that holds its share is 503, and is served again later`() async throws {
    var settings = HTTPSettings()
    settings.connectionsPerAddressMax = 2
    let text = try await TestServer.run(settings) { server in
      var held = try (0..<2).map { _ in try server.client() }
      for client in held {
        client.send("GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n")
        _ = try client.response()
      }
      let text = try server.client().everything()
      held = []
      try waiting(until: "the address to be served again") {
        (try? server.get("/x"))?.status == 404
      }
      return text
    }
    #expect(text.hasPrefix("HTTP/1.1 503 "))
    #expect(text.contains("connections of this address"))
  }

  @Test func `a server that accepts no more says so, and serves whom it has`() async throws {
    let (kept, new) = try await TestServer.run { server in
      let client = try server.client()
      client.send("GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n")
      _ = try client.response()
      server.server.stopAccepting()
      let new = try server.client().everything()
      client.send("GET /y HTTP/1.1\r\nHost: localhost\r\n\r\n")
      return (try client.response().status, new)
    }
    #expect(kept == 404)
    #expect(new.hasPrefix("HTTP/1.1 503 "))
  }

  @Test func `a server can be stopped while clients ask`() async throws {
    for _ in 0..<5 {
      let stopped = try await TestServer.run { server in
        let group = DispatchGroup()
        for _ in 0..<8 {
          DispatchQueue(label: "client").async(group: group) {
            while let answer = try? server.post(#"{"command":"/bin/program"}"#) {
              if answer.status == 503 { return }
            }
          }
        }
        let done = DispatchSemaphore(value: 0)
        usleep(20_000)
        Task {
          await server.server.stop()
          done.signal()
        }
        done.wait()
        return group.wait(timeout: .now() + patienceSeconds) == .success
      }
      #expect(stopped)
    }
  }
}

/// Sockets that this process has open, once that number stands still for longer than the server
/// lingers on a connection.
private func settledSocketCount() -> Int {
  var last = -1
  var rounds = 0
  while rounds < 25 {
    let count = (0..<1024).count { isSocket($0) }
    rounds = count == last ? rounds + 1 : 0
    last = count
    usleep(100_000)
  }
  return last
}

private func isSocket(_ descriptor: Int) -> Bool {
  let start = Array("socket:".utf8CString.dropLast())
  var target = start.map { _ in CChar(0) }
  let count = unsafe readlink("/proc/self/fd/\(descriptor)", &target, target.count)
  return count == target.count && target == start
}
