import RunnerCore
import Testing

@testable import RunnerHTTP

/// `?fail=`, `X-Job-Code` and `X-Job-Outcome`.
struct FailureStatusTests {
  private static func post(_ target: String) -> String {
    "POST \(target) HTTP/1.1\r\nHost: localhost\r\n\r\n"
  }

  @Test func `a job that succeeded is 200, and the header fields tell its end`() async throws {
    let launcher = LiveLauncher()
    try await TestServer.run(launcher: launcher) { server in
      let path = try server.submit("live")
      let live = try server.get(path + "?fail=502")
      #expect(live.status == 200 && live.fields["x-job-outcome"] == nil)
      try launcher.end()
      try server.awaitEnd(path)
      for query in ["", "?fail=502", "?wait=1&fail=500"] {
        let ended = try server.get(path + query)
        #expect(ended.status == 200 && ended.fields["x-job-outcome"] == "exited")
        #expect(ended.fields["x-job-code"] == "0")
      }
      #expect(try server.get(path + "?fail=200").status == 400)
      #expect(try server.get(path + "?fail=").status == 200)
    }
  }

  @Test(
    arguments: [(.code, "exited", "3"), (.cancelled, "cancelled", nil)]
      as [(JobEnd, String, String?)])
  func `a job that failed has the status that was asked for`(
    end: JobEnd, outcome: String, code: String?
  ) async throws {
    let launcher = LiveLauncher()
    try await TestServer.run(launcher: launcher) { server in
      let path = try server.submit("live")
      switch end {
      case .code: try launcher.end(0, .exited(code: 3))
      case .cancelled: #expect(try server.ask(Self.post(path + "/cancel")).status == 202)
      }
      try server.awaitEnd(path)
      let answers = try ["", "?fail=422", "?fail=500", "?wait=1&fail=502"].map {
        try server.get(path + $0)
      }
      #expect(answers.map(\.status) == [200, 422, 500, 502])
      #expect(answers.allSatisfy { $0.fields["x-job-outcome"] == outcome })
      #expect(answers.allSatisfy { $0.fields["x-job-code"] == code })
    }
  }

  enum JobEnd: Sendable { case code, cancelled }

  @Test(arguments: [("/cancel", "../"), ("/cancel/", "../../")])
  func `Location is relative to the target`(target: String, up: String) async throws {
    let (path, location) = try await TestServer.run(launcher: LiveLauncher()) { server in
      let path = try server.submit("live")
      return (path, try server.ask(Self.post(path + target)).fields["location"])
    }
    #expect(location == up + path.dropFirst())
  }
}
