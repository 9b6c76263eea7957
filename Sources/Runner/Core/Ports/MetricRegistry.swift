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

  /// Sets of label values that one metric may have. More count as one whose values are all `other`,
  /// so that nothing that a client says can fill the memory.
  package static let seriesMax = 1000

  let families: Mutex<[Metric: [[String]: Series]]>

  /// - Parameter metrics: shown from the start, with 0 where they have no labels.
  package init(_ metrics: [Metric] = Metric.all) {
    families = Mutex(
      Dictionary(
        uniqueKeysWithValues: metrics.map { metric in
          (metric, metric.labels.isEmpty ? [[]: Self.empty(metric)] : [:])
        }))
  }

  package func add(_ amount: Double, to metric: Metric, _ labels: [String]) {
    change(metric, labels) { $0.value += amount }
  }

  package func observe(_ value: Double, in metric: Metric, _ labels: [String]) {
    guard case .histogram(let bounds) = metric.kind else { return }
    let index = bounds.firstIndex { value <= $0 } ?? bounds.count
    change(metric, labels) { series in
      series.counts[index] += 1
      series.sum += value
    }
  }

  private func change(_ metric: Metric, _ labels: [String], _ body: (inout Series) -> Void) {
    precondition(labels.count == metric.labels.count, "each label has a value")
    families.withLock { families in
      // Nearly always both are known: each is looked up once.
      if let family = families.index(forKey: metric),
        let series = families.values[family].index(forKey: labels)
      {
        return body(&families.values[family].values[series])
      }
      let isFull = families[metric, default: [:]].count >= Self.seriesMax
      let labels = isFull ? labels.map { _ in "other" } : labels
      body(&families[metric, default: [:]][labels, default: Self.empty(metric)])
    }
  }

  private static func empty(_ metric: Metric) -> Series {
    guard case .histogram(let bounds) = metric.kind else { return Series() }
    return Series(counts: [UInt64](repeating: 0, count: bounds.count + 1))
  }
}
