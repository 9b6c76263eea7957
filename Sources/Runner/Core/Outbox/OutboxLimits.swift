/// Limits of pending deliveries: a job that would exceed them is not accepted. Jobs that were
/// accepted before still end, so the limits may be exceeded by as many.
package enum OutboxLimits {
  /// Pending deliveries to all receivers together.
  package static let pendingMax = 100_000
  /// Pending deliveries to one receiver: one that fails leaves capacity for others.
  package static let pendingPerReceiverMax = 10_000
}
