import Synchronization

/// The measurements of this process, in memory, for Prometheus to read.
package final class MetricRegistry: Metrics {
  /// State of one metric with one set of label values.
  struct Series {
    /// Value of a counter or a gauge.
    var value = 0.0
    /// Observations of a histogram, by the first bound that they do not exceed; those above all
    /// bounds come last.
    var counts: [UInt64] = []
    var sum = 0.0
  }

  /// One set of label values of one metric; it lasts as long as the registry.
  final class LabelledSeries: MetricSeries {
    private let bounds: [Double]
    let content: Mutex<Series>

    init(_ metric: Metric) {
      guard case .histogram(let bounds) = metric.kind else {
        self.bounds = []
        self.content = Mutex(Series())
        return
      }
      self.bounds = bounds
      self.content = Mutex(Series(counts: [UInt64](repeating: 0, count: bounds.count + 1)))
    }

    func add(_ amount: Double) { content.withLock { $0.value += amount } }

    func observe(_ value: Double) {
      let index = bounds.firstIndex { value <= $0 } ?? bounds.count
      content.withLock { series in
        guard index < series.counts.count else { return }
        series.counts[index] += 1
        series.sum += value
      }
    }
  }

  /// Sets of label values that one metric may have. More count as one whose values are all `other`,
  /// so that nothing that a client says can fill the memory.
  package static let seriesMax = 1000

  let families: Mutex<[Metric: [[String]: LabelledSeries]]>

  /// - Parameter metrics: shown from the start, with 0 where they have no labels.
  package init(_ metrics: [Metric] = Metric.all) {
    families = Mutex(
      Dictionary(
        uniqueKeysWithValues: metrics.map { metric in
          (metric, metric.labels.isEmpty ? [[]: LabelledSeries(metric)] : [:])
        }))
  }

  package func add(_ amount: Double, to metric: Metric, _ labels: [String]) {
    labelled(metric, labels).add(amount)
  }

  package func observe(_ value: Double, in metric: Metric, _ labels: [String]) {
    labelled(metric, labels).observe(value)
  }

  package func series(of metric: Metric, _ labels: [String]) -> any MetricSeries {
    labelled(metric, labels)
  }

  private func labelled(_ metric: Metric, _ labels: [String]) -> LabelledSeries {
    precondition(labels.count == metric.labels.count, "each label has a value")
    return families.withLock { families in
      if let known = families[metric]?[labels] { return known }
      let isFull = families[metric, default: [:]].count >= Self.seriesMax
      let labels = isFull ? labels.map { _ in "other" } : labels
      if let known = families[metric]?[labels] { return known }
      let new = LabelledSeries(metric)
      families[metric, default: [:]][labels] = new
      return new
    }
  }
}
