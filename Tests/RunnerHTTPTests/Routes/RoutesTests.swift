import RunnerCore
import RunnerHTTP
import Testing

struct RoutesTests {
  private static let program = TestServer.program

  @Test func `a submission is accepted and says where the job is`() async throws {
    let (answer, job) = try await TestServer.run { server in
      let answer = try server.post(#"{"command":"/bin/program","args":["print","a b","ü"]}"#)
      return (answer.status, try server.ended("/" + (answer.fields["location"] ?? "none")).text)
    }
    #expect(answer == 202)
    #expect(job.contains(#""stdout":"a b ü","id":""#))
    #expect(job.contains(#""code":0,"command":"/bin/program","arguments":["print","a b","ü"]"#))
    #expect(job.hasSuffix(#""err":null}"#))
  }

  @Test func `the accepted job has the original's keys in the original's order`() async throws {
    let answer = try await TestServer.run { server in
      try server.post(
        #"{"command":"/bin/program","args":"hold  it","callback":"http://127.0.0.1:1/"}"#,
        "Content-Type: application/x-www-form-urlencoded\r\n")
    }
    let id = answer.fields["location"] ?? ""
    let request = answer.fields["x-request-id"] ?? ""
    #expect(JobID(id) != nil)
    #expect(answer.fields["content-type"] == "application/json")
    #expect(answer.fields["x-content-type-options"] == "nosniff")
    #expect(answer.fields["cache-control"] == "no-store")
    #expect(answer.fields["content-length"] == "\(answer.body.count)")
    #expect(
      answer.text == """
        {"stderr":"","stdout":"","id":"\(id)","code":null,"command":"/bin/program",\
        "arguments":["hold","it"],"callback":"http://127.0.0.1:1/","status":"running",\
        "createdAt":"2023-11-14T22:13:20.000Z","startedAt":"2023-11-14T22:13:20.000Z",\
        "requestId":"\(request)"}
        """)
  }

  @Test(arguments: ["", "/", "?wait=1", "/?a/b", "#part"])
  func `a job is read by its id whatever follows`(suffix: String) async throws {
    let status = try await TestServer.run { server in
      try server.get(try server.submit("print x") + suffix).status
    }
    #expect(status == 200)
  }

  @Test func `HEAD says how long the job is and sends no body`() async throws {
    let (head, next) = try await TestServer.run { server in
      let path = try server.submit("print x")
      let client = try server.client()
      client.send("HEAD \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
      let head = try client.response(toHead: true)
      client.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
      return (head, try client.response())
    }
    #expect(head.status == 200)
    #expect(Int(head.fields["content-length"] ?? "") ?? 0 > 60)
    #expect(next.status == 200)
  }

  @Test func `an id that names no job is exactly the original's answer`() async throws {
    let answer = try await TestServer.run { server in
      try server.get("/" + String(repeating: "a", count: 40))
    }
    #expect(answer.status == 404)
    #expect(answer.text == #"{"message":"Not Found"}"#)
  }

  @Test(arguments: [
    "/x", "//", "/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "/%2f", "/../", "*",
    "http://127.0.0.1/x", "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa//",
    "/%61aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
  ])
  func `nothing else is routed`(target: String) async throws {
    let answer = try await TestServer.run { server in try server.get(target) }
    #expect(answer.status == 404)
    #expect(answer.text.hasPrefix(#"{"message":"Not Found","error":""#))
  }

  @Test(arguments: [
    ("GET", "/", "POST"), ("DELETE", "/", "POST, GET, HEAD"), ("FOO", "/", "POST, GET, HEAD"),
    ("HEAD", "/?x", "POST"),
    ("PUT", "/\(String(repeating: "0", count: 40))", "GET, HEAD, DELETE"),
    ("OPTIONS", "/\(String(repeating: "0", count: 40))", "GET, HEAD, DELETE"),
  ])
  func `a known path says which methods it takes`(
    method: String, target: String, allow: String
  ) async throws {
    let answer = try await TestServer.run { server in
      try server.ask("\(method) \(target) HTTP/1.1\r\nHost: [::1]:80\r\n\r\n")
    }
    #expect(answer.status == 405)
    #expect(answer.fields["allow"] == allow)
  }

  @Test func `a refused request without a body keeps its connection`() async throws {
    let statuses = try await TestServer.run { server in
      let client = try server.client()
      client.send("GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n")
      let first = try client.response()
      client.send(server.submission(#"{"command":"no"}"#))
      let second = try client.response()
      client.send(server.submission(#"{"command":"/bin/program"}"#))
      return [first.status, second.status, try client.response().status]
    }
    #expect(statuses == [404, 400, 202])
  }

  @Test func `a command outside of the whitelist has the original's text`() async throws {
    let answer = try await TestServer.run { server in
      try server.post(#"{"command":"/bin/other"}"#)
    }
    #expect(answer.status == 400)
    #expect(
      answer.text
        == #"{"message":"Bad Request","error":"Specified command is not in whitelist."}"#)
  }

  @Test func `a callback that cannot be delivered to is refused`() async throws {
    let answer = try await TestServer.run { server in
      try server.post(#"{"command":"/bin/program","callback":"gopher://x/"}"#)
    }
    #expect(answer.status == 400)
    #expect(answer.text.hasSuffix(#","field":"callback"}"#))
  }

  @Test func `a full queue is 503 and says when to come back`() async throws {
    var limits = EngineLimits()
    limits.runningMax = 1
    limits.queuedMax = 1
    let answer = try await TestServer.run(limits: limits) { server in
      _ = try server.submit("hold")
      _ = try server.submit("hold")
      return try server.post(#"{"command":"/bin/program","args":"hold"}"#)
    }
    #expect(answer.status == 503)
    #expect(answer.fields["retry-after"] == "5")
  }

  @Test func `an engine that shuts down is 503`() async throws {
    let answer = try await TestServer.run { server in
      let path = try server.submit("print x")
      _ = try server.ended(path)
      let engine = server.engine
      let done = Task { await engine.shutDown() }
      while try server.post(#"{"command":"/bin/program"}"#).status == 202 {}
      done.cancel()
      return (
        try server.post(#"{"command":"/bin/program"}"#).status, try server.get(path).status
      )
    }
    #expect(answer == (503, 200))
  }
}
