/// Limits of deliveries, pending or promised: a job that would exceed them is not accepted. What is
/// accepted at the same time is not counted, so the limits may be exceeded by as many.
package enum OutboxLimits {
  /// Pending deliveries to all receivers together.
  package static let pendingMax = 100_000
  /// Pending deliveries to one receiver: one that fails leaves capacity for others.
  package static let pendingPerReceiverMax = 10_000

  /// Whether there is room for one more.
  ///
  /// - Parameters:
  ///   - pending: pending deliveries to all receivers together.
  ///   - pendingToReceiver: to the receiver of the job.
  package static func haveRoom(
    pending: Int, pendingToReceiver: Int, _ promised: PromisedCallbacks
  ) -> Bool {
    pending + promised.all < pendingMax
      && pendingToReceiver + promised.toReceiver < pendingPerReceiverMax
  }
}
