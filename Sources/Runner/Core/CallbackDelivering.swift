/// The port to whatever tells receivers that a job ended.
///
/// This is the seam for durable delivery: the engine hands over each callback exactly once, in the
/// order in which jobs end, and never waits for it.
package protocol CallbackDelivering: Sendable {
  /// Why `url` can never be delivered to, in one sentence for the client; nil if it can.
  func problem(with url: String) -> String?

  /// Takes on the delivery of a finished job to its request's callback. Returns at once.
  func deliver(_ job: JobSnapshot)
}
