import Testing

@testable import RunnerClient

/// How long a request of an upload is made again.
struct UploadScheduleTests {
  private static let start = ContinuousClock.now

  /// Whether a try that fails so many seconds from the start is followed by another.
  private static func goesOn(_ schedule: inout UploadSchedule, at seconds: Int) -> Bool {
    schedule.pause(at: start + .seconds(seconds)) != nil
  }

  // Proves P-514.
  @Test(arguments: [(nil, nil, 120), (nil, 300, 300), (5, nil, 5), (5, 300, 5)])
  func `a service that stops or fails, and stays away, is left at last`(
    patience: Int?, retry: Int?, bound: Int
  ) {
    var schedule = UploadSchedule(
      patience: patience.map { .seconds($0) }, retry: retry.map { .seconds($0) })
    schedule.answered(isFailing: true)
    #expect(Self.goesOn(&schedule, at: 0))
    // It says so again, or does not answer any more: neither is news.
    schedule.answered(isFailing: true)
    #expect(Self.goesOn(&schedule, at: bound - 1))
    #expect(!Self.goesOn(&schedule, at: bound) && schedule.isFailing)
    // Another one took a piece meanwhile.
    schedule.answered(isFailing: false)
    schedule.answered(isFailing: true)
    #expect(Self.goesOn(&schedule, at: bound))
  }

  @Test func `a connection that is lost is tried for ever, and with patience as long as that`() {
    var endless = UploadSchedule(patience: nil, retry: .seconds(9))
    #expect(Self.goesOn(&endless, at: 0) && Self.goesOn(&endless, at: 1_000_000))
    var patient = UploadSchedule(patience: .seconds(9), retry: nil)
    #expect(Self.goesOn(&patient, at: 0) && !Self.goesOn(&patient, at: 9))
  }
}
