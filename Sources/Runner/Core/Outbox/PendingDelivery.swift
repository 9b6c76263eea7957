/// A pending delivery. Its body is the document of the job, which is read when it is sent.
package struct PendingDelivery: Hashable, Sendable {
  package let id: JobID
  /// Callback URL as the client gave it. Not for logs: it may hold a secret.
  package let url: String
  /// `CallbackURL.origin(of: url)`.
  package let receiver: String
  /// Attempts since it became pending.
  package let tries: Int
  /// When it became pending: at the end of the job, or by a redelivery request.
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
