package import RunnerCore

/// Who makes a request, and what that grants.
package struct Caller: Hashable, Sendable {
  /// How a caller is known.
  package enum Evidence: String, Hashable, Sendable, CaseIterable {
    /// By the address of its connection alone.
    case address
    case token
    /// By the cookie of a session that the holder of a token began.
    case session
    /// By a client certificate.
    case certificate
    /// By the process at the other end of a unix socket.
    case peer
    /// By the secret of the hook that is called.
    case hook
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

  /// The holder of a token.
  init(holding token: TokenRecord, evidence: Evidence = .token) {
    self.init(principal: token.principal, grant: token.grant, evidence: evidence)
  }

  /// A principal that its connection makes known.
  init(_ connected: ConnectedPrincipal) {
    self.init(
      principal: connected.principal, grant: connected.grant,
      evidence: connected.isProcess ? .peer : .certificate)
  }

  /// Whether the jobs of `owner` exist for this caller.
  package func sees(jobsOf owner: Principal) -> Bool {
    grant.jobs == .all || owner == principal
  }
}
