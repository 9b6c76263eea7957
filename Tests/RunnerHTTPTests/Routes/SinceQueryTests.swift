import RunnerCore
import TestSupport
import Testing

@testable import RunnerHTTP

/// `?since=` of a job's output.
struct SinceQueryTests {
  // Proves P-641.
  @Test func `what came since a time is sent, of a job in memory and of one on the disk`()
    async throws
  {
    for files in [nil, StuckFiles()] {
      try await TestServer.run(files: files) { server in
        let path = try server.submit("fill 5000")
        _ = try server.get(path, "Prefer: wait=60\r\n")
        let whole = try server.get(path + "/stdout")
        for since in ["0", "60", "2001-01-01T00:00:00Z"] {
          let all = try server.get(path + "/stdout?since=\(since)")
          #expect(all.status == 200 && all.body == whole.body, "\(since)")
          #expect(all.fields["x-output-offset"] == "0")
        }
        let none = try server.get(path + "/stdout?since=2099-01-01T00:00:00%2B01:00")
        #expect(none.status == 200 && none.body.isEmpty)
        #expect(none.fields["x-output-offset"] == "\(whole.body.count)")
        let collapsed = try server.get(path + "/stdout?since=60&collapse=1")
        #expect(collapsed.status == 200 && !collapsed.body.isEmpty)
      }
    }
  }

  @Test(arguments: ["", "-1", "+5", "x", "10m", "2001-13-01T00:00:00Z", "99999999999999"])
  func `what is no time is refused by name`(_ value: String) async throws {
    try await TestServer.run { server in
      let path = try server.submit("fill 10")
      let escaped = value.replacing("+", with: "%2B")
      let answer = try server.get(path + "/stderr?since=\(escaped)")
      #expect(answer.status == 400 && answer.text.contains(#""field":"since""#))
    }
  }

  @Test func `it is not followed, which goes on from the offset that it says`() async throws {
    try await TestServer.run { server in
      let path = try server.submit("fill 10")
      #expect(try server.get(path + "/stdout?since=0&follow=1").status == 400)
    }
  }
}
