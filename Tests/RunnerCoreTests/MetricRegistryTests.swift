import RunnerCore
import Testing

struct MetricRegistryTests {
  private static let requests = Metric(
    "a_requests_total", .counter, "Requests\\ of\nall.", labels: ["method", "code"])
  private static let level = Metric("b_level", .gauge, "A level.")
  private static let times = Metric("c_seconds", .histogram(upTo: [0.5, 1]), "Times.")

  @Test func `the text has each metric by name, with its series by label`() {
    let registry = MetricRegistry([Self.times, Self.level])
    for code in ["404", "200", "200"] { registry.add(1, to: Self.requests, ["GET", code]) }
    registry.add(2.5, to: Self.level, [])
    registry.add(-3, to: Self.level, [])
    for time in [0.5, 0.25, 0.75, 7] { registry.observe(time, in: Self.times, []) }
    #expect(
      registry.text() == """
        # HELP a_requests_total Requests\\\\ of\\nall.
        # TYPE a_requests_total counter
        a_requests_total{method="GET",code="200"} 2
        a_requests_total{method="GET",code="404"} 1
        # HELP b_level A level.
        # TYPE b_level gauge
        b_level -0.5
        # HELP c_seconds Times.
        # TYPE c_seconds histogram
        c_seconds_bucket{le="0.5"} 2
        c_seconds_bucket{le="1"} 3
        c_seconds_bucket{le="+Inf"} 4
        c_seconds_sum 8.5
        c_seconds_count 4

        """)
  }

  @Test func `what has no labels is there from the start, and the rest once it happened`() {
    let text = MetricRegistry([Self.level, Self.times, Self.requests]).text()
    #expect(text.contains("\nb_level 0\n") && text.contains("\nc_seconds_count 0\n"))
    #expect(text.contains("# TYPE a_requests_total counter\n# HELP b_level"))
  }

  @Test func `quotes, backslashes and line feeds of a label stay inside of it`() {
    let registry = MetricRegistry([])
    registry.add(1, to: Self.requests, ["a\"b\\c\nd", ""])
    #expect(registry.text().contains(#"{method="a\"b\\c\nd",code=""} 1"#))
  }

  @Test func `label values without end fold into one series`() {
    let registry = MetricRegistry([])
    for number in 0..<(MetricRegistry.seriesMax + 10) {
      registry.add(1, to: Self.requests, ["GET", "\(number)"])
    }
    registry.add(1, to: Self.requests, ["GET", "0"])
    let lines = registry.text().split(separator: "\n")
    #expect(lines.count == MetricRegistry.seriesMax + 3)
    #expect(lines.contains(#"a_requests_total{method="other",code="other"} 10"#))
    #expect(lines.contains(#"a_requests_total{method="GET",code="0"} 2"#))
  }

  @Test(arguments: Metric.all + Metric.sampled)
  func `each metric is named as Prometheus has it`(metric: Metric) {
    let word = /[a-z][a-z0-9]*(_[a-z0-9]+)*/
    #expect(metric.name.hasPrefix("http_runner_") && metric.name.wholeMatch(of: word) != nil)
    #expect(metric.labels.allSatisfy { $0.wholeMatch(of: word) != nil && $0 != "le" })
    #expect(metric.help.hasSuffix("."))
    switch metric.kind {
    case .counter: #expect(metric.name.hasSuffix("_total"))
    case .gauge: #expect(!metric.name.hasSuffix("_total"))
    case .histogram(let bounds):
      #expect(metric.name.hasSuffix("_seconds") || metric.name.hasSuffix("_bytes"))
      #expect(!bounds.isEmpty && zip(bounds, bounds.dropFirst()).allSatisfy(<))
    }
  }

  @Test func `no two metrics have one name`() {
    #expect(
      Set((Metric.all + Metric.sampled).map(\.name)).count == Metric.all.count
        + Metric.sampled.count)
  }
}
