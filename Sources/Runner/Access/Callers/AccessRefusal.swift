/// Why a request is not answered: no caller is known by what it carries.
package struct AccessRefusal: Error, Hashable, Sendable {
  /// What was wrong with a credential.
  package enum Reason: String, Hashable, Sendable, CaseIterable {
    /// The request carries no credential.
    case missing
    /// It carries one that no token can be.
    case unusable
    /// No token has this secret.
    case unknown
    case expired
  }

  /// What was wrong.
  package let reason: Reason
  /// A sentence for the client: what to do.
  package let text: String
  /// How long the answer is held back; zero where nothing was guessed.
  package let delay: Duration

  init(_ reason: Reason, _ text: String, delay: Duration = .zero) {
    self.reason = reason
    self.text = text
    self.delay = delay
  }
}
