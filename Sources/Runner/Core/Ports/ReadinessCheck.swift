/// Result of a check of one part of the service.
package struct ReadinessCheck: Hashable, Sendable {
  /// Whether the part does its work.
  package enum State: String, Hashable, Sendable, CaseIterable {
    case ok
    /// Requests are taken, and some of what they ask for does not happen at the moment.
    case degraded
    /// New jobs are refused, or will be.
    case failed
  }

  /// Name of the part, of few: `store`, `disk`, `launcher`, `queue`, `entries`.
  package let name: String
  /// Whether the part does its work.
  package let state: State
  /// What is wrong and what to do, in one sentence; nil where nothing is.
  package let problem: String?

  /// A part that does its work.
  package init(ok name: String) {
    self.init(name, .ok, nil)
  }

  /// A part in `state`, with what is wrong.
  package init(_ name: String, _ state: State, _ problem: String?) {
    self.name = name
    self.state = state
    self.problem = problem
  }
}
