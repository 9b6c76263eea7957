/// Address rules and signing keys of the delivery attempts that begin from now on.
package struct CallbackPolicy: Hashable, Sendable {
  /// Rules that the address of each connection is checked against.
  package var addresses: AddressRules
  /// Signing keys; each makes its own signature, so that receivers can change to the next key.
  package var secrets: [WebhookSecret]

  /// A policy; by default every address that is not special is allowed, and nothing is signed.
  package init(addresses: AddressRules = AddressRules(), secrets: [WebhookSecret] = []) {
    self.addresses = addresses
    self.secrets = secrets
  }
}
