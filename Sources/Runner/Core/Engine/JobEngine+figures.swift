/// Figures of the day.
extension JobEngine {
  /// Counts of the jobs that ended within the last day, as far as this process has seen them.
  ///
  /// - Parameter principal: whose jobs; nil for all.
  package func figures(of principal: Principal?) -> DayStatistics.Counts {
    dayFigures.sum(of: principal, at: ports.clock.now())
  }

  /// Paths that jobs of the entries may write, each once, in the order of the configuration.
  package func writePaths() -> [String] {
    var known: Set<String> = []
    return entries.currentRows.flatMap { entries[$0].writePaths }
      .filter { known.insert($0).inserted }
  }

  /// Counts the end of a job.
  func countEnd(of live: LiveJob, _ outcome: JobOutcome) {
    var counts = DayStatistics.Counts()
    if live.job.hasSucceeded {
      counts.succeeded = 1
    } else if case .cancelled = outcome {
      counts.cancelled = 1
    } else {
      counts.failed = 1
    }
    let now = ports.clock.now()
    if let usage = live.job.accounting.usage {
      counts.processorMicroseconds = usage.user &+ usage.system
    }
    if let started = live.job.startedAt, let finished = live.job.finishedAt {
      counts.runMicroseconds = UInt64(clamping: finished.microseconds - started.microseconds)
    }
    dayFigures.add(counts, of: live.job.client, at: now)
  }
}
