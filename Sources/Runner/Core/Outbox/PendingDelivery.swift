/// A pending delivery. Its body is the document of the job, which is read when it is sent.
package struct PendingDelivery: Hashable, Sendable {
  package let id: JobID
  /// Callback URL as the client gave it. Not for logs: it may hold a secret.
  package let url: String
  /// `CallbackURL.origin(of: url)`.
  package let receiver: String
  /// Number of attempts since the delivery became pending.
  package let tries: Int
  /// Time at which the delivery became pending: the end of the job, or a redelivery request.
  package let pendingSince: Timestamp

  /// A delivery of the document of job `id` to `url`.
  package init(id: JobID, url: String, receiver: String, tries: Int, pendingSince: Timestamp) {
    self.id = id
    self.url = url
    self.receiver = receiver
    self.tries = tries
    self.pendingSince = pendingSince
  }
}
