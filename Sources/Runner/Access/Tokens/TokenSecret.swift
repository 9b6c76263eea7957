package import RunnerCore

/// One secret of a token: its digest, and until when it counts. After a rotation a token has two.
package struct TokenSecret: Hashable, Sendable {
  /// Digest of its text.
  package let digest: TokenDigest
  /// From when on it counts no more; nil for never.
  package let expires: Timestamp?

  /// A secret with this digest.
  package init(_ digest: TokenDigest, expires: Timestamp? = nil) {
    self.digest = digest
    self.expires = expires
  }

  /// Whether it counts at `moment`.
  package func isValid(at moment: Timestamp) -> Bool {
    expires.map { moment < $0 } ?? true
  }
}
