import RunnerCore

extension Metric {
  /// Metrics that are read when they are asked for.
  static let sampled = [
    jobsQueued, queueBytes, queuePaused, jobsRunning, callbacksOwed, stateFreeBytes, buildInfo,
  ]
}
