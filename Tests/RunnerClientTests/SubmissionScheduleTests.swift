import Testing

@testable import RunnerClient

/// How long a submission is made again.
struct SubmissionScheduleTests {
  private static let start = ContinuousClock.now

  /// Whether a try that fails so many seconds from the start is followed by another.
  private static func goesOn(
    _ schedule: inout SubmissionSchedule, at seconds: Int, isBroken: Bool = false
  ) -> Bool {
    schedule.pause(isBroken: isBroken, at: start + .seconds(seconds)) != nil
  }

  @Test(arguments: [(nil, nil, 120), (nil, 300, 300), (5, nil, 5), (5, 300, 5)])
  func `a service that was stopping and stays away is left at last`(
    patience: Int?, retry: Int?, bound: Int
  ) {
    var schedule = SubmissionSchedule(
      patience: patience.map { .seconds($0) }, retry: retry.map { .seconds($0) })
    schedule.answered(isStopping: true)
    #expect(Self.goesOn(&schedule, at: 0) && Self.goesOn(&schedule, at: bound - 1))
    #expect(!Self.goesOn(&schedule, at: bound) && schedule.isRestarting)
    // Another one was there meanwhile, and stops as well.
    schedule.answered(isStopping: false)
    schedule.answered(isStopping: true)
    #expect(Self.goesOn(&schedule, at: bound))
  }

  @Test func `one that was never there is an error at once, unless there is patience`() {
    var hasty = SubmissionSchedule(patience: nil, retry: .seconds(9))
    #expect(!Self.goesOn(&hasty, at: 0))
    var patient = SubmissionSchedule(patience: .seconds(9), retry: nil)
    #expect(Self.goesOn(&patient, at: 0) && !Self.goesOn(&patient, at: 9))
  }

  @Test func `where the service may have the job it is tried for ever`() {
    var schedule = SubmissionSchedule(patience: nil, retry: nil)
    #expect(Self.goesOn(&schedule, at: 0, isBroken: true))
    schedule.answered(isStopping: true)
    #expect(Self.goesOn(&schedule, at: 1_000_000) && schedule.mayBeThere)
  }
}
