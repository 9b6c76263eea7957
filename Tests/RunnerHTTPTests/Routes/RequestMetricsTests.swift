import RunnerCore
import RunnerHTTP
import Testing

/// Every answer is counted once, under its route and never under its path.
struct RequestMetricsTests {
  @Test func `each answer is counted by method, route and code`() async throws {
    var settings = HTTPSettings()
    settings.bodyBytesMax = 100
    let text = try await TestServer.run(settings) { server in
      let path = try server.submit("print x")
      _ = try server.ended(path)
      _ = try server.get("/jobs?limit=0")
      _ = try server.get("/nothing")
      _ = try server.ask("PATCH /queue HTTP/1.1\r\nHost: localhost\r\n\r\n")
      // Without the field libmicrohttpd 1.0 answers by itself, which no handler of ours sees.
      _ = try server.ask("GET / HTTP/1.1\r\nHost:\r\n\r\n")
      _ = try server.post(String(repeating: " ", count: 101))
      return server.metrics.text()
    }
    for labels in [
      #"{method="POST",route="/",code="202"}"#, #"{method="GET",route="/{id}",code="200"}"#,
      #"{method="GET",route="/jobs",code="400"}"#, #"{method="GET",route="none",code="404"}"#,
      #"{method="other",route="none",code="405"}"#, #"{method="GET",route="none",code="400"}"#,
      #"{method="POST",route="none",code="413"}"#,
    ] {
      #expect(text.contains("http_runner_http_requests_total\(labels) 1\n"), "\(text)")
    }
    #expect(text.contains(#"http_runner_http_request_duration_seconds_count{route="none"} 4"#))
  }
}
