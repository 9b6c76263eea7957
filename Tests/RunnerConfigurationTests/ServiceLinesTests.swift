import Testing

@testable import RunnerConfiguration

/// What a reload compares.
struct ServiceLinesTests {
  @Test func `each setting of the service is among the lines, unless a reload takes it`() {
    let settings = ServiceSettings()
    let fixed = Mirror(reflecting: settings).children.filter {
      !["callbacks", "principals", "pools"].contains($0.label)
    }
    #expect(settings.rows.count == fixed.count)
    #expect(settings.changes(since: settings.lines).isEmpty)
  }

  @Test func `the lines have the keys of the table`() {
    let keys = SettingTable.service.map(\.key).filter {
      !$0.hasPrefix("callbacks.") && $0 != "principals" && $0 != "pools"
    }
    #expect(Set(ServiceSettings().rows.map(\.key)) == Set(keys))
  }

  @Test func `what differs is named`() {
    var other = ServiceSettings()
    other.port = 1
    other.keepSeconds = 5
    other.explicitIDRange = 100_000...100_100
    #expect(other.changes(since: ServiceSettings().lines) == ["port", "keepFor", "idRange"])
  }
}
