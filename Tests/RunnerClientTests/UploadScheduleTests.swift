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

  // Proves P-514.
  @Test func `a service that is gone, with its answer lost, is left at last too`() {
    var schedule = UploadSchedule(patience: nil, retry: nil)
    let later = Self.start + .seconds(9)
    // The stop cuts the piece under way, and then nothing listens.
    #expect(Self.goesOn(&schedule, at: 0) && !schedule.isFailing)
    #expect(schedule.pause(at: later, isRefused: true) != nil && schedule.isFailing)
    #expect(schedule.pause(at: later + .seconds(119), isRefused: true) != nil)
    #expect(schedule.pause(at: later + .seconds(120), isRefused: true) == nil)
    // It is back, and a connection breaks.
    schedule.answered(isFailing: false)
    #expect(Self.goesOn(&schedule, at: 1_000_000))
  }

  @Test func `a connection that is lost is tried for ever, and with patience as long as that`() {
    var endless = UploadSchedule(patience: nil, retry: .seconds(9))
    #expect(Self.goesOn(&endless, at: 0) && Self.goesOn(&endless, at: 1_000_000))
    var patient = UploadSchedule(patience: .seconds(9), retry: nil)
    #expect(Self.goesOn(&patient, at: 0) && !Self.goesOn(&patient, at: 9))
  }
}
