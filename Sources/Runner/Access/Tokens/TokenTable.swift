package import RunnerCore

/// The tokens that count, by their digests: one look-up whatever their number.
///
/// Whose token a text is, is found by its digest. How long that takes says nothing of the secrets:
/// what is compared are digests, and no client can choose a text whose digest is near another one.
package struct TokenTable: Sendable {
  private struct Row: Sendable {
    let token: Int
    let expires: Timestamp?
  }

  private let tokens: [TokenRecord]
  private let rows: [TokenDigest: Row]
  /// Quotas of the tokens that have one, by their principals.
  let quotas: [Principal: PrincipalQuota]

  /// A table of these tokens. Of a digest that stands twice the first one counts.
  package init(_ tokens: [TokenRecord]) {
    self.tokens = tokens
    quotas = Dictionary(
      tokens.filter { $0.grant.quota != .unlimited }.map { ($0.principal, $0.grant.quota) },
      uniquingKeysWith: { first, _ in first })
    rows = Dictionary(
      tokens.enumerated().flatMap { index, token in
        token.secrets.map { ($0.digest, Row(token: index, expires: $0.expires)) }
      }, uniquingKeysWith: { first, _ in first })
  }

  /// Number of tokens.
  package var count: Int { tokens.count }

  /// What a search for a token found.
  package enum Match: Hashable, Sendable {
    case found(TokenRecord)
    /// There is such a secret, and its time is over.
    case expired(name: String)
    case unknown
  }

  /// The token that has this secret at `moment`.
  package func match(_ secret: AccessToken, at moment: Timestamp) -> Match {
    TokenDigest(of: secret).map { match($0, at: moment) } ?? .unknown
  }

  /// The token that has a secret with this digest at `moment`.
  package func match(_ digest: TokenDigest, at moment: Timestamp) -> Match {
    guard let row = rows[digest] else { return .unknown }
    let token = tokens[row.token]
    guard row.expires.map({ moment < $0 }) ?? true else { return .expired(name: token.name) }
    return .found(token)
  }
}
