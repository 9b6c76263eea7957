/// The port to whatever tells receivers that a job ended.
package protocol CallbackNotifier: Sendable {
  /// Why `url` can never be delivered to, in one sentence for the client; nil if it can.
  func problem(with url: String) -> String?

  /// The end of a job is kept, and with it that its request's callback is owed. Returns at once,
  /// and is no more than a hint: what is owed stands in the store.
  func scheduleDelivery(_ job: JobSnapshot)
}
