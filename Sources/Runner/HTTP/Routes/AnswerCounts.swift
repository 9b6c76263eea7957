import RunnerCore
import Synchronization

/// Counts answers and their times, each by route, method and status: the metric of each is looked
/// up once, not with each request.
final class AnswerCounts: Sendable {
  /// What distinguishes the counts of two answers.
  private struct Key: Hashable {
    /// Number of the route; -1 for none.
    let route: Int
    let method: RequestHead.Method
    let status: HTTPStatus

    static func == (one: Key, other: Key) -> Bool {
      one.route == other.route && one.status == other.status && one.method == other.method
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(route << 10 | Int(status.rawValue))
    }
  }

  private struct Counts {
    let answers: any MetricSeries
    let times: any MetricSeries
  }

  private let metrics: any Metrics
  private let counts = Mutex<[Key: Counts]>([:])

  init(_ metrics: any Metrics) {
    self.metrics = metrics
  }

  /// Counts one answer.
  ///
  /// - Parameters:
  ///   - route: nil where the request was refused before it had one.
  ///   - time: since the request's first line.
  func add(
    _ method: RequestHead.Method, _ route: Route?, _ status: HTTPStatus, after time: Duration
  ) {
    let key = Key(route: route?.number ?? -1, method: method, status: status)
    let counts = counts.withLock { all in
      if let known = all[key] { return known }
      let pattern = route?.pattern.text ?? "none"
      let new = Counts(
        answers: metrics.series(of: .httpRequests, [method.name, pattern, "\(status.rawValue)"]),
        times: metrics.series(of: .httpRequestDuration, [pattern]))
      all[key] = new
      return new
    }
    counts.answers.add(1)
    counts.times.observe(time.inSeconds)
  }
}
