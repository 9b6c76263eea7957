import Synchronization
import Testing

@testable import RunnerCore

/// Counts of the jobs of a day.
struct DayStatisticsTests {
  private static let hour: Int64 = 3_600_000_000
  private static let (ana, ben) = (Principal(name: "token/ana"), Principal(name: "token/ben"))

  private static func counts(_ succeeded: Int, _ processor: UInt64 = 0) -> DayStatistics.Counts {
    DayStatistics.Counts(succeeded: succeeded, processorMicroseconds: processor)
  }

  // Proves P-652.
  @Test func `each sees the sum of its own, and what is a day old falls away`() {
    var figures = DayStatistics()
    let at = { (hours: Int64) in Timestamp(microseconds: hours * Self.hour + 5) }
    figures.add(Self.counts(1, 10), of: Self.ana, at: at(100))
    figures.add(Self.counts(1, 5), of: Self.ana, at: at(101))
    figures.add(Self.counts(1, 1), of: Self.ben, at: at(101))
    #expect(figures.sum(of: Self.ana, at: at(101)) == Self.counts(2, 15))
    #expect(figures.sum(of: Self.ben, at: at(101)) == Self.counts(1, 1))
    #expect(figures.sum(of: nil, at: at(101)) == Self.counts(3, 16))
    #expect(figures.sum(of: nil, at: at(123)) == Self.counts(3, 16))
    #expect(figures.sum(of: nil, at: at(124)) == Self.counts(2, 6))
    figures.add(Self.counts(1), of: Self.ben, at: at(200))
    #expect(figures.sum(of: nil, at: at(200)) == Self.counts(1))
  }

  // Twin of P-652.
  @Test func `principals beyond the bound count for all together alone`() {
    var figures = DayStatistics()
    let now = Timestamp(microseconds: 0)
    for number in 0...DayStatistics.principalsMax {
      figures.add(Self.counts(1), of: Principal(name: "\(number)"), at: now)
    }
    let last = Principal(name: "\(DayStatistics.principalsMax)")
    #expect(figures.sum(of: Principal(name: "0"), at: now) == Self.counts(1))
    #expect(figures.sum(of: last, at: now) == Self.counts(0))
    #expect(figures.sum(of: nil, at: now) == Self.counts(DayStatistics.principalsMax + 1))
  }

  // Proves P-652.
  @Test func `ends are counted by how they came, and what a job uses is asked once for many`()
    async throws
  {
    let harness = EngineHarness(ManualLauncher(), entries: [EngineEntry()])
    for outcome in [JobOutcome.exited(code: 0), .exited(code: 1), .cancelled(code: nil)] {
      let job = try await harness.submit()
      let order = try #require(await harness.launcher.next())
      harness.launcher.processorMicroseconds.withLock { $0 = 7 }
      for _ in 0..<5 {
        guard case .running(let resources) = try await harness.engine.resources(of: job.id) else {
          return #expect(Bool(false), "it does not run")
        }
        #expect(resources?.processorMicroseconds == 7 && resources?.memoryBytes == 4096)
      }
      harness.launcher.end(order.launchID, outcome)
      while harness.engine.job(job.id)?.outcome == nil { await Task.yield() }
      guard case .notRunning = try await harness.engine.resources(of: job.id) else {
        return #expect(Bool(false), "it runs")
      }
    }
    #expect(harness.launcher.timeRequests.withLock(\.self) == 3)
    let counts = await harness.engine.figures(of: nil)
    #expect([counts.succeeded, counts.failed, counts.cancelled] == [1, 1, 1])
    #expect(await harness.engine.figures(of: Principal(name: "none")) == DayStatistics.Counts())
    guard case .unknown = try await harness.engine.resources(of: JobID.random()) else {
      return #expect(Bool(false), "there is such a job")
    }
  }
}
