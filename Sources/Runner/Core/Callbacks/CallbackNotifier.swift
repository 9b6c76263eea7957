/// The port through which the engine announces that a job with a callback has ended.
package protocol CallbackNotifier: Sendable {
  /// Why `url` can never be delivered to, in one sentence for the client; nil if it can.
  func problem(with url: String) -> String?

  /// Wakes delivery after the end of a job, with its pending delivery, is durable. Returns at once.
  /// It is only a hint: the outbox in the store is what counts.
  func scheduleDelivery(_ job: JobSnapshot)

  /// Wakes delivery after pending deliveries of another process were adopted. Returns at once.
  func scheduleAdopted()
}
