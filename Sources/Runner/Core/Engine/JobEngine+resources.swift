/// What jobs that run use at the moment.
extension JobEngine {
  /// What came of a question for it.
  package enum ResourcesResult: Sendable {
    /// There is no such job.
    case unknown
    /// It does not run.
    case notRunning
    /// It runs; nil where its processes cannot be told from others, or it begins or ends right now.
    case running(JobResources?)
  }

  /// Microseconds for which a reading counts: readers that come together cost the launcher one
  /// message.
  private static let freshMicroseconds: Int64 = 250_000

  /// What a job uses: processor time up to now, and memory now.
  ///
  /// - Throws: `StoreFailure` where a job that is not in memory cannot be looked for.
  package func resources(of id: JobID) async throws(StoreFailure) -> ResourcesResult {
    guard let live = table.job(id) else {
      return try await find(id) == nil ? .unknown : .notRunning
    }
    guard live.job.state.status == .running else { return .notRunning }
    let now = ports.clock.uptime()
    if let reading = readings[live.launchID],
      (reading.at..<reading.at + Self.freshMicroseconds).contains(now)
    {
      return .running(reading.resources)
    }
    let resources = await ports.launcher.resources(of: live.launchID)
    // Those of jobs that ended are not worth a list of their own.
    if readings.count > 2 * limits.runningMax { readings = [:] }
    readings[live.launchID] = (resources, at: now)
    return .running(resources)
  }
}
