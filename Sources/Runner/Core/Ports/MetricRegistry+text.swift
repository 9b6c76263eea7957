import Synchronization

extension MetricRegistry {
  /// The media type of `text()`.
  package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  /// All measurements in Prometheus's text format, version 0.0.4
  /// (https://prometheus.io/docs/instrumenting/exposition_formats/), by name.
  ///
  /// - Parameter samples: values that are read at this moment, shown with the others; none by
  ///   default.
  package func text(with samples: [MetricSample] = []) -> String {
    var families = self.families.withLock { families in
      families.mapValues { $0.mapValues { series in series.content.withLock { $0 } } }
    }
    for sample in samples {
      families[sample.metric, default: [:]][sample.labels] = Series(value: sample.value)
    }
    var text = ""
    for (metric, series) in families.sorted(by: { $0.key.name < $1.key.name }) {
      let help = Self.escaped(metric.help, ["\\", "\n"])
      text += "# HELP \(metric.name) \(help)\n# TYPE \(metric.name) \(metric.kind.name)\n"
      for (values, one) in series.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
        text += Self.lines(metric, Array(zip(metric.labels, values)), one)
      }
    }
    return text
  }

  private static func lines(
    _ metric: Metric, _ labels: [(String, String)], _ series: Series
  ) -> String {
    guard case .histogram(let bounds) = metric.kind else {
      return "\(metric.name)\(text(labels)) \(text(series.value))\n"
    }
    var lines = ""
    var total: UInt64 = 0
    for (index, count) in series.counts.enumerated() {
      total += count
      let bound = index < bounds.count ? text(bounds[index]) : "+Inf"
      lines += "\(metric.name)_bucket\(text(labels + [("le", bound)])) \(total)\n"
    }
    return lines + "\(metric.name)_sum\(text(labels)) \(text(series.sum))\n"
      + "\(metric.name)_count\(text(labels)) \(total)\n"
  }

  private static func text(_ labels: [(String, String)]) -> String {
    guard !labels.isEmpty else { return "" }
    let pairs = labels.map { name, value in
      "\(name)=\"\(escaped(value, ["\\", "\"", "\n"]))\""
    }
    return "{" + pairs.joined(separator: ",") + "}"
  }

  private static func escaped(_ text: String, _ special: Set<Character>) -> String {
    var escaped = ""
    for character in text {
      if special.contains(character) { escaped.append("\\") }
      escaped.append(character == "\n" ? "n" : character)
    }
    return escaped
  }

  private static func text(_ value: Double) -> String {
    if let whole = Int(exactly: value) { return "\(whole)" }
    if value.isNaN { return "NaN" }
    return value.isFinite ? "\(value)" : value < 0 ? "-Inf" : "+Inf"
  }
}

extension Metric.Kind {
  /// As `# TYPE` names it.
  fileprivate var name: String {
    switch self {
    case .counter: "counter"
    case .gauge: "gauge"
    case .histogram: "histogram"
    }
  }
}
