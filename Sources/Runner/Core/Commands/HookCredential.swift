/// How a sender that has no credential of the service proves that a call is its own: by a secret
/// that both know.
package struct HookCredential: Hashable, Sendable {
  /// Where the proof stands in a request.
  package enum Method: Hashable, Sendable {
    /// `X-Hub-Signature-256: sha256=HEX`, HMAC-SHA256 (RFC 2104) of the body: GitHub's webhooks.
    case hub
    /// `webhook-id`, `webhook-timestamp` and `webhook-signature`: Standard Webhooks 1.0.0.
    case standard
    /// The secret itself, in the field of this name, in lower case.
    case field(String)
  }

  /// Name of the field of GitHub's signature, in lower case.
  package static let hubField = "x-hub-signature-256"
  /// Fields that others read.
  private static let foreignFields = ["x-forwarded-for", "x-request-id", hubField]
  /// Bytes of the name of a field.
  package static let fieldBytes = 3...64

  /// How it is proven.
  package let scheme: Method
  /// Absolute path of the file with the secrets, one a line, or `credential:NAME`.
  package let file: String

  /// What the senders that prove calls by it may use together.
  package let quota: PrincipalQuota

  /// A proof by a secret of `file`.
  package init(_ scheme: Method, file: String, quota: PrincipalQuota = .unlimited) {
    self.scheme = scheme
    self.file = file
    self.quota = quota
  }

  /// Whether a field of that name may hold a secret: `X-` and letters, digits and hyphens, and none
  /// that has another meaning here.
  package static func isField(_ name: String) -> Bool {
    let name = name.lowercased()
    return name.hasPrefix("x-") && fieldBytes.contains(name.utf8.count)
      && !foreignFields.contains(name)
      && name.utf8.allSatisfy {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "-")
      }
  }
}
