/// One value of a gauge or a counter that is read when the metrics are asked for.
package struct MetricSample: Hashable, Sendable {
  /// What is measured.
  package let metric: Metric
  /// A value for each of `metric.labels`, in their order.
  package let labels: [String]
  /// Value in the metric's unit.
  package let value: Double

  /// A sample; by default without labels.
  package init(_ metric: Metric, _ value: Double, labels: [String] = []) {
    self.metric = metric
    self.labels = labels
    self.value = value
  }
}
