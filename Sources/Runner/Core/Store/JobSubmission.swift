/// That a principal submitted a job, and when.
package struct JobSubmission: Hashable, Sendable {
  /// Who submitted it.
  package let client: Principal
  /// When it was accepted.
  package let time: Timestamp

  /// A submission of these.
  package init(client: Principal, time: Timestamp) {
    self.client = client
    self.time = time
  }
}
