/// Something that is measured, named by the conventions of Prometheus: prefix `http_runner_`, base
/// units, the unit last, counters end in `_total`
/// (https://prometheus.io/docs/practices/naming/).
package struct Metric: Hashable, Sendable {
  /// Type of a metric (https://prometheus.io/docs/concepts/metric_types/).
  package enum Kind: Hashable, Sendable {
    /// Only grows, from 0 at the start of the process.
    case counter
    /// Goes up and down.
    case gauge
    /// Counts observations below each of these upper bounds, which ascend; one for all is added.
    case histogram(upTo: [Double])
  }

  /// Full name, unique among all metrics.
  package let name: String
  /// Type of the metric.
  package let kind: Kind
  /// One sentence for people.
  package let help: String
  /// Names of its labels.
  package let labels: [String]

  /// A metric; `labels` are the names of its labels, by default none.
  package init(_ name: String, _ kind: Kind, _ help: String, labels: [String] = []) {
    self.name = name
    self.kind = kind
    self.help = help
    self.labels = labels
  }

  package static func == (one: Metric, other: Metric) -> Bool { one.name == other.name }
  package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
