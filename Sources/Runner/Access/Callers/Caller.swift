package import RunnerCore

/// Who makes a request, and what that grants.
package struct Caller: Hashable, Sendable {
  /// How a caller is known.
  package enum Evidence: String, Hashable, Sendable, CaseIterable {
    /// By the address of its connection alone.
    case address
    case token
  }

  /// On whose behalf the request is made.
  package let principal: Principal
  /// What the caller may do.
  package let grant: AccessGrant
  /// How the caller is known.
  package let evidence: Evidence

  /// A caller of these.
  package init(principal: Principal, grant: AccessGrant, evidence: Evidence) {
    self.principal = principal
    self.grant = grant
    self.evidence = evidence
  }

  /// The holder of a token. No address has a slash, so that no token is taken for one.
  init(holding token: TokenRecord) {
    self.init(
      principal: Principal(name: "token/\(token.name)"), grant: token.grant, evidence: .token)
  }

  /// Whether the jobs of `owner` exist for this caller.
  package func sees(jobsOf owner: Principal) -> Bool {
    grant.jobs == .all || owner == principal
  }
}
