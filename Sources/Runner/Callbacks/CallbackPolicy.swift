/// Address rules and signing keys of the delivery attempts that begin from now on.
package struct CallbackPolicy: Hashable, Sendable {
  package var addresses: AddressRules
  /// Each makes a signature of its own, so that receivers can change from one to the next.
  package var secrets: [WebhookSecret]

  package init(addresses: AddressRules = AddressRules(), secrets: [WebhookSecret] = []) {
    self.addresses = addresses
    self.secrets = secrets
  }
}
