import RunnerAccess

/// Fields of senders of hooks.
extension HeaderFields {
  /// The id that a sender gives a delivery, the same when it sends it again: `webhook-id` of
  /// Standard Webhooks, or GitHub's; nil for none, and for one that is no key.
  var deliveryKey: String? {
    let id = hookFields["webhook-id"] ?? hookFields[Self.deliveryField]
    return id.flatMap { id in
      (1...IdempotencyKey.bytesMax).contains(id.utf8.count)
        && id.utf8.allSatisfy { (0x20...0x7e).contains($0) } ? id : nil
    }
  }

  /// What the fields, with a body, say for the sender of a hook.
  func hookEvidence(_ body: [UInt8] = []) -> HookSecret.Evidence {
    let fields = hookFields
    return HookSecret.Evidence(field: { fields[$0] }, body: body)
  }
}
