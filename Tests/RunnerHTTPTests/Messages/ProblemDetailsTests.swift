import RunnerCore
import TestSupport
import Testing

@testable import RunnerHTTP

/// Errors as RFC 9457 has them, and the id of a request.
struct ProblemDetailsTests {
  @Test(arguments: [
    ("application/problem+json", true), ("text/html, Application/Problem+JSON;q=0.5", true),
    ("application/problem+json; q=0", false), ("application/problem+json;q=0.000", false),
    ("application/json", false), ("*/*", false), ("", false),
    ("application/problem+jsonx, application/x", false), (",;,;q=0, ,application/problem", false),
  ])
  func `only a client that names the media type gets it`(accept: String, isProblem: Bool) {
    #expect(ProblemPreference.isProblem(accept) == isProblem)
  }

  @Test func `an error has both forms, and its own members in either`() async throws {
    let (plain, problem, success, large) = try await TestServer.run { server in
      let accept = "Accept: application/problem+json\r\n"
      return (
        try server.get("/nothing"), try server.get("/jobs?limit=0", accept),
        try server.get("/queue", accept),
        try server.post(String(repeating: " ", count: (1 << 20) + 1), accept)
      )
    }
    #expect(
      plain.fields["content-type"] == "application/json" && plain.text.hasPrefix("{\"message"))
    #expect(problem.status == 400)
    #expect(problem.fields["content-type"] == "application/problem+json")
    let members = try JSONValue(problem.text)
    #expect(members["type"]?.string == "about:blank" && members["title"] == members["message"])
    #expect(members["status"]?.integer == 400 && members["detail"] == members["error"])
    #expect(members["field"]?.string == "limit")
    #expect(success.fields["content-type"] == "application/json")
    #expect(large.status == 413 && large.fields["content-type"] == "application/problem+json")
  }

  @Test func `the id of a request comes back and stays with its job`() async throws {
    let (given, drawn, refused, job) = try await TestServer.run { server in
      let body = #"{"command":"\#(TestServer.program)","args":"print x"}"#
      let given = try server.post(body, "X-Request-Id: proxy-1/a\r\n")
      let path = "/" + (given.fields["location"] ?? "")
      return (
        given, try server.get("/queue"),
        try server.get("/nothing", "X-Request-Id: two words\r\nX-Request-Id: x\r\n"),
        try server.ended(path)
      )
    }
    #expect(given.fields["x-request-id"] == "proxy-1/a")
    #expect(try JSONValue(job.text)["requestId"]?.string == "proxy-1/a")
    let id = try #require(drawn.fields["x-request-id"])
    #expect(id.wholeMatch(of: /[0-9a-f]{32}/) != nil)
    #expect(refused.fields["x-request-id"]?.wholeMatch(of: /[0-9a-f]{32}/) != nil)
  }

  @Test(arguments: ["", " ", "a b", "a\"b", "é", "a\nb", String(repeating: "x", count: 129)])
  func `what could forge a line of a log is no id`(text: String) {
    #expect(RequestID(text) == nil)
  }
}
