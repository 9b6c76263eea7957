/// Why a request is not answered: no caller is known by what it carries.
package struct AccessRefusal: Error, Hashable, Sendable {
  /// What was wrong with a credential.
  package enum Reason: String, Hashable, Sendable, CaseIterable {
    /// The request carries no credential.
    case missing
    /// It carries one that no token can be.
    case unusable
    /// No token, session or principal is known by it.
    case unknown
    /// A cookie that came with a request of another site's page.
    case otherOrigin = "cookie_origin"
    case expired
  }

  /// What was wrong.
  package let reason: Reason
  /// A sentence for the client: what to do.
  package let text: String
  /// How long the answer is held back; zero where nothing was guessed.
  package let delay: Duration

  /// A cookie in a request that another site's page, or no browser, made.
  package static let cookieOfOthers = AccessRefusal(
    .otherOrigin,
    "A cookie counts in requests of this service's own pages alone: Origin or Sec-Fetch-Site says "
      + "where a browser's request comes from. Programs send a token.")

  init(_ reason: Reason, _ text: String, delay: Duration = .zero) {
    self.reason = reason
    self.text = text
    self.delay = delay
  }
}
