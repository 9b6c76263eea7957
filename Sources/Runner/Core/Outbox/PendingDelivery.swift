/// A callback that is to be delivered. The body is the job's document, and read when it is sent.
package struct PendingDelivery: Hashable, Sendable {
  package let id: JobID
  package let url: String
  /// `CallbackURL.origin(of: url)`.
  package let receiver: String
  /// How often it was tried since it became owed.
  package let tries: Int
  /// When it became owed: at the job's end, or by request.
  package let pendingSince: Timestamp

  package init(id: JobID, url: String, receiver: String, tries: Int, pendingSince: Timestamp) {
    self.id = id
    self.url = url
    self.receiver = receiver
    self.tries = tries
    self.pendingSince = pendingSince
  }
}
