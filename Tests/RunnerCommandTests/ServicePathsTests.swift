import SandboxClient
import Testing

@testable import RunnerCommand

/// What the confined service may reach.
struct ServicePathsTests {
  @Test func `time zones are read, and the folders of the service alone are written`() {
    let paths = ServicePaths.all(writing: ["/no/such/state"])
    #expect(paths.contains(ServicePath("/usr/share/zoneinfo", .readFiles)), "package tzdata")
    #expect(paths.filter { $0.access == .write }.map(\.path) == ["/no/such/state"])
  }
}
