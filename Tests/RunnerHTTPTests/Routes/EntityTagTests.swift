import RunnerCore
import Testing

@testable import RunnerHTTP

/// Conditional requests for the output of jobs (RFC 9110, section 13).
struct EntityTagTests {
  @Test func `the output of an ended job has a tag, and a client that has it gets 304`()
    async throws
  {
    try await TestServer.run { server in
      let path = try server.submit("print 0123456789")
      try server.awaitEnd(path)
      let whole = try server.get(path + "/stdout")
      let tag = try #require(whole.fields["etag"])
      #expect(tag.hasPrefix("\"") && tag.hasSuffix("\""))
      let other = try server.get(path + "/stderr").fields["etag"]
      #expect(other != nil && other != tag)
      for field in [tag, "W/\(tag)", "\"x\" , \(tag)", "*"] {
        let answer = try server.get(path + "/stdout", "If-None-Match: \(field)\r\n")
        #expect(answer.status == 304 && answer.text.isEmpty, "\(field)")
        #expect(answer.fields["etag"] == tag && answer.fields["content-type"] == nil)
      }
      for field in ["\"x\"", String(tag.dropLast()), ""] {
        let answer = try server.get(path + "/stdout", "If-None-Match: \(field)\r\n")
        #expect(answer.status == 200 && answer.text == "0123456789", "\(field)")
      }
    }
  }

  @Test func `a range is of the body that the client has a part of, or all of it is sent`()
    async throws
  {
    try await TestServer.run { server in
      let path = try server.submit("print 0123456789")
      try server.awaitEnd(path)
      let tag = try #require(server.get(path + "/stdout").fields["etag"])
      let rows = [
        (tag, 206), ("W/\(tag)", 200), ("\"x\"", 200), ("Sun, 06 Nov 1994 08:49:37 GMT", 200),
      ]
      for (field, status) in rows {
        let answer = try server.get(
          path + "/stdout", "If-Range: \(field)\r\nRange: bytes=4-\r\n")
        #expect(answer.status == status, "\(field)")
        #expect(answer.text == (status == 206 ? "456789" : "0123456789"))
      }
    }
  }

  @Test func `while a job lives its output has no tag`() async throws {
    let launcher = LiveLauncher()
    try await TestServer.run(launcher: launcher) { server in
      let path = try server.submit("live")
      try launcher.write("abc")
      let answer = try server.get(path + "/stdout", "If-None-Match: *\r\n")
      #expect(answer.status == 200 && answer.fields["etag"] == nil)
      try launcher.end()
    }
  }
}
