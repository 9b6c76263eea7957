import Testing

@testable import RunnerConfiguration

/// What a reload compares.
struct ServiceLinesTests {
  @Test func `each setting of the service is among the lines`() {
    let settings = ServiceSettings()
    #expect(settings.rows.count == Mirror(reflecting: settings).children.count)
    #expect(settings.changes(since: settings.lines).isEmpty)
  }

  @Test func `what differs is named`() {
    var other = ServiceSettings()
    other.port = 1
    other.keepSeconds = 5
    other.givenIDRange = 100_000...100_100
    #expect(other.changes(since: ServiceSettings().lines) == ["port", "keepFor", "idRange"])
  }
}
