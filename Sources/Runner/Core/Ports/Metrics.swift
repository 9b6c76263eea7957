/// The port to measurements. Cheap enough for each request; called on any thread.
package protocol Metrics: Sendable {
  /// Adds to a counter, or to a gauge.
  ///
  /// - Parameters:
  ///   - amount: of the metric's unit; never negative for a counter.
  ///   - labels: a value for each of `metric.labels`, in their order. Of few different values:
  ///     never an id, an address or a path.
  func add(_ amount: Double, to metric: Metric, _ labels: [String])

  /// Puts one more observation into a histogram.
  ///
  /// - Parameters:
  ///   - value: in the metric's unit.
  ///   - labels: as for `add`.
  func observe(_ value: Double, in metric: Metric, _ labels: [String])

  /// A metric with one set of label values, for callers that measure it often: it is looked up
  /// once.
  func series(of metric: Metric, _ labels: [String]) -> any MetricSeries
}

/// One metric with one set of label values. Called on any thread.
package protocol MetricSeries: Sendable {
  /// Adds to a counter, or to a gauge; see `Metrics.add`.
  func add(_ amount: Double)
  /// Puts one more observation into a histogram; see `Metrics.observe`.
  func observe(_ value: Double)
}

/// Discards all measurements: for programs that are no service.
package struct NoMetrics: Metrics {
  /// A port that discards all measurements.
  package init() {}
  package func add(_ amount: Double, to metric: Metric, _ labels: [String]) {}
  package func observe(_ value: Double, in metric: Metric, _ labels: [String]) {}
  package func series(of metric: Metric, _ labels: [String]) -> any MetricSeries { NoSeries() }

  private struct NoSeries: MetricSeries {
    func add(_ amount: Double) {}
    func observe(_ value: Double) {}
  }
}

extension Duration {
  /// The duration in seconds, the unit of all duration metrics.
  package var inSeconds: Double { self / .seconds(1) }
}
