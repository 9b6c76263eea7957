import RunnerCore
import TestSupport
import Testing

/// The dashboard and the page ask for metrics that there are.
struct DashboardTests {
  private static func text(_ path: String) throws -> String {
    let root = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()
    return try #require(Files.text(of: root + "/" + path))
  }

  private static func names(in text: String) -> Set<String> {
    Set(text.matches(of: /http_runner_[a-z_]+[a-z]/).map { String($0.output) })
  }

  private static let known = Set((Metric.all + Metric.sampled).map(\.name))

  @Test func `the dashboard asks for metrics that there are`() throws {
    let asked = Self.names(in: try Self.text("packaging/grafana-dashboard.json")).map {
      $0.hasSuffix("_bucket") ? String($0.dropLast(7)) : $0
    }
    #expect(asked.count > 10 && Self.known.isSuperset(of: asked), "\(asked)")
  }

  @Test func `docs has each metric`() throws {
    #expect(Self.names(in: try Self.text("docs/monitoring.md")) == Self.known)
  }
}
