import RunnerCore

/// One delivery attempt, prepared: everything slow is done before it reaches the sending thread.
struct DeliveryRequest: Sendable {
  let id: JobID
  let target: CallbackTarget
  let document: JobDocument
  /// Length of the document.
  let byteCount: Int
  /// `Name: value` each.
  let headers: [String]
  let addresses: AddressRules
  /// Called once with the outcome; nil when the service stopped before.
  let completion: @Sendable (CallbackOutcome?) -> Void

  /// What clients of the original rely on, and what Standard Webhooks asks for. The id is the
  /// job's, the same for each try, so that receivers can tell a repetition; the times are of this
  /// one. `Expect:` with no value keeps libcurl from asking before it sends a large body, which
  /// plain receivers do not answer.
  ///
  /// - Parameter milliseconds: the time of sending, since 1970.
  /// - Returns: nil when it could not be signed.
  init?(
    _ job: JobSnapshot, to target: CallbackTarget, at milliseconds: Int, _ policy: CallbackPolicy,
    _ completion: @escaping @Sendable (CallbackOutcome?) -> Void
  ) {
    let document = JobDocument(job)
    var reader = JobDocumentReader(document)
    let seconds = milliseconds / 1000
    let signature = WebhookSignature(
      job.id.description, at: seconds, with: policy.secrets, { reader.next() })
    guard let signature else { return nil }
    self.id = job.id
    self.target = target
    self.document = document
    self.byteCount = signature.byteCount
    self.headers =
      [
        "Content-Type: application/json", "Accept: application/json",
        "X-Notify-Timestamp: \(milliseconds)", "webhook-id: \(job.id)",
        "webhook-timestamp: \(seconds)",
      ] + (signature.text.map { ["webhook-signature: \($0)"] } ?? []) + ["Expect:"]
    self.addresses = policy.addresses
    self.completion = completion
  }
}
