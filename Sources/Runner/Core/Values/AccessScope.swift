/// What a request may do, as its route requires it. Each route names exactly one.
package enum AccessScope: String, Hashable, Sendable, CaseIterable {
  /// Anyone may ask: nothing about jobs, entries or the host is said.
  case everyone = "public"
  /// Reads jobs, their output and their events.
  case read
  /// Makes jobs.
  case submit
  /// Ends jobs, or removes those that have ended.
  case cancel
  /// Acts on the queue as a whole, on running jobs of others and on deliveries.
  case operate

  /// The scopes that a grant can name: all but `everyone`, which needs none.
  package static var grantable: [AccessScope] { allCases.filter { $0 != .everyone } }
}
