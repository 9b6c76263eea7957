import RunnerCore
import SystemBase

/// One delivery attempt, prepared: everything slow is done before it reaches the sending thread.
struct DeliveryRequest: Sendable {
  let id: JobID
  let target: CallbackTarget
  let content: CallbackContent
  /// `Name: value` each.
  let headers: [String]
  let addresses: AddressRules
  /// Called once with the outcome; nil when the service stopped before.
  let completion: Completion

  typealias Completion = @Sendable (CallbackOutcome?) -> Void

  /// What clients of the original rely on, and what Standard Webhooks asks for. The id is the
  /// job's, the same for each try, so that receivers can tell a repetition; the times are of this
  /// one. `Expect:` with no value keeps libcurl from asking before it sends a large body, which
  /// plain receivers do not answer.
  ///
  /// Reads the whole output of the job, from the disk where it is in a file.
  ///
  /// - Parameter milliseconds: the time of sending, since 1970.
  /// - Returns: nil when it could not be signed.
  /// - Throws: `CallbackContent.ReadFailure` where the output of the job cannot be read.
  init?(
    _ job: JobSnapshot, to target: CallbackTarget, at milliseconds: Int, _ policy: CallbackPolicy,
    in spool: CallbackSpool, _ completion: @escaping Completion
  ) throws(CallbackContent.ReadFailure) {
    ThreadRole.callbackEncoding.assertCurrent()
    let seconds = milliseconds / 1000
    guard
      let signature = WebhookSignature(job.id.description, at: seconds, with: policy.secrets)
    else { return nil }
    let content = try CallbackContent(.ofCallback(job), in: spool) { signature.append($0) }
    guard let value = signature.finish() else { return nil }
    self.id = job.id
    self.target = target
    self.content = content
    self.headers =
      [
        "Content-Type: application/json", "Accept: application/json",
        "X-Notify-Timestamp: \(milliseconds)", "webhook-id: \(job.id)",
        "webhook-timestamp: \(seconds)",
      ] + (value.isEmpty ? [] : ["webhook-signature: \(value)"]) + ["Expect:"]
    self.addresses = policy.addresses
    self.completion = completion
  }
}
