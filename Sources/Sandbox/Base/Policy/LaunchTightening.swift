/// What one request asks to be stricter than its entry's policy, and the variables that it sets.
package struct LaunchTightening: Hashable, Sendable {
  /// Limits of each process of the job (setrlimit(2)); those that are absent are the entry's.
  package var limits: [ResourceLimit.Resource: UInt64] = [:]
  /// Bytes of all memory of the job; nil for the limit of the entry.
  package var memoryBytes: UInt64?
  /// Processes and threads of the job; nil for the limit of the entry.
  package var processes: UInt64?
  /// Seconds of wall clock after which the job is ended; nil for the limit of the entry.
  package var wallClockSeconds: UInt32?
  /// Variables beside the four that every job has and those that policy fixes.
  package var environment: [EnvironmentRule.Variable] = []

  /// A tightening that asks for nothing.
  package init() {}

  /// Whether nothing is stricter than the entry's policy and no variable is set.
  package var isEmpty: Bool { self == LaunchTightening() }
}

/// Why a request may not have the limits or variables that it asks for.
package struct TighteningRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// Member of the request, as clients spell it: `limits.cpu`, `memory`, `environment.LANG`.
  package let field: String
  /// Why it is refused: a sentence without its full stop.
  package let why: String

  package var description: String { "\(field): \(why)" }
}
