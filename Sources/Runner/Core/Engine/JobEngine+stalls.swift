/// Jobs that do nothing any more: no output, no progress and no processor time for as long as their
/// entry or their request says.
extension JobEngine {
  /// Looks at a job within the time that it may do nothing.
  private static let looksCount = 8
  /// Between two looks, in milliseconds.
  private static let lookRange = 100...15_000

  /// - Throws: `JobRefusal.field` for a time out of range, or longer than the entry's.
  func validateStall(of request: JobRequest, entry: Int) throws(JobRefusal) {
    guard let seconds = request.demands.stallAfterSeconds else { return }
    let longest = entries[entry].stallAfterSeconds ?? JobDemands.stallAfterRange.upperBound
    let range = JobDemands.stallAfterRange.lowerBound...longest
    guard range.contains(seconds) else {
      throw .field(
        "stallAfter", "stallAfter must be from \(range.lowerBound) to \(longest) seconds here.")
    }
  }

  /// Passes a job to the launcher as `runUnwatched` does, and ends it where it stalls.
  ///
  /// - Parameters:
  ///   - observers: all that take its output.
  ///   - arguments: in place of those of the request; nil for those.
  func run(
    _ live: LiveJob, _ observers: [any OutputObserver], _ accounting: JobAccounting,
    arguments: [[UInt8]]? = nil
  ) async -> LaunchResult {
    let seconds = live.job.request.demands.stallAfterSeconds
    guard let seconds = seconds ?? entries[live.entry].stallAfterSeconds else {
      return await runUnwatched(live, observers, accounting, arguments: arguments)
    }
    let activity = ActivityMonitor(observers, live.job.progress)
    let watcher = Task {
      await watch(live.job.id, activity, launchID: live.launchID, seconds: seconds)
    }
    let result = await runUnwatched(live, [activity], accounting, arguments: arguments)
    watcher.cancel()
    forgiveStall(of: live.job.id, result)
    return result
  }

  /// A program that ended by itself all the same has not stalled.
  private func forgiveStall(of id: JobID, _ result: LaunchResult) {
    guard case .ended(let outcome) = result, var live = table.job(id), live.stalledSeconds != nil
    else { return }
    if case .cancelled = outcome { return }
    live.stalledSeconds = nil
    table.put(live)
  }

  private func watch(
    _ id: JobID, _ activity: ActivityMonitor, launchID: UInt64, seconds: UInt32
  ) async {
    let pause = min(
      Self.lookRange.upperBound,
      max(Self.lookRange.lowerBound, Int(seconds) * 1000 / Self.looksCount))
    var idle = IdleDetector(activity.mark, at: ports.clock.uptime())
    while true {
      await ports.clock.sleep(for: .milliseconds(pause))
      guard !Task.isCancelled, let live = runningJob(id, launchID) else { return }
      let now = ports.clock.uptime()
      if live.isFrozen || sharing?.frozen[launchID] != nil || activity.isPaused {
        idle.skip(to: now)
      } else if !idle.take(activity.mark, at: now) {
        let resources = await ports.launcher.resources(of: launchID)
        idle.take(processorMicroseconds: resources?.processorMicroseconds, at: now)
      }
      guard idle.idleMicroseconds >= Int64(seconds) * 1_000_000 else { continue }
      guard !Task.isCancelled, var live = runningJob(id, launchID) else { return }
      // It came while the launcher was asked.
      guard !live.isFrozen, sharing?.frozen[launchID] == nil, !idle.take(activity.mark, at: now)
      else { continue }
      live.stalledSeconds = Int(seconds)
      table.put(live)
      return ports.launcher.terminate(launchID)
    }
  }

  /// A job in the run of that launch, which nothing ends yet.
  private func runningJob(_ id: JobID, _ launchID: UInt64) -> LiveJob? {
    guard let live = table.job(id), live.launchID == launchID, live.job.state == .running,
      !live.isEnding, !isShuttingDown
    else { return nil }
    return live
  }
}
