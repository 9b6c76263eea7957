import RunnerCore

extension Metric {
  /// Metrics that are read when they are asked for.
  static let sampled = [
    jobsQueued, jobsWaiting, queueBytes, queuePaused, jobsRunning, callbacksOwed,
    stateFreeBytes, buildInfo,
  ]
}
