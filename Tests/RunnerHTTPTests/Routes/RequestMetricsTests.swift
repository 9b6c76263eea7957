import RunnerCore
import Synchronization
import Testing

@testable import RunnerHTTP

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

  /// Counts what is looked up, and how often what was found is used.
  private final class CountingMetrics: Metrics, MetricSeries {
    let lookups = Mutex(0)
    let uses = Mutex(0)

    func add(_ amount: Double, to metric: Metric, _ labels: [String]) { add(amount) }
    func observe(_ value: Double, in metric: Metric, _ labels: [String]) { observe(value) }
    func add(_ amount: Double) { uses.withLock { $0 += 1 } }
    func observe(_ value: Double) { uses.withLock { $0 += 1 } }
    func series(of metric: Metric, _ labels: [String]) -> any MetricSeries {
      lookups.withLock { $0 += 1 }
      return self
    }
  }

  @Test func `a thousand answers of one kind look their metrics up once`() {
    let metrics = CountingMetrics()
    let counts = AnswerCounts(metrics)
    for _ in 0..<1000 { counts.add(.get, nil, .ok, after: .milliseconds(1)) }
    #expect(metrics.lookups.withLock { $0 } == 2 && metrics.uses.withLock { $0 } == 2000)
    counts.add(.post, nil, .ok, after: .milliseconds(1))
    counts.add(.get, nil, .created, after: .milliseconds(1))
    #expect(metrics.lookups.withLock { $0 } == 6)
  }
}
