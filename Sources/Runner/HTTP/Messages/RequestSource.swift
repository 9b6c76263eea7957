import RunnerAccess

/// Where a request comes from: its connection, as far as its admission needs it.
struct RequestSource: Sendable {
  /// Address of the connection.
  let address: PeerAddress
  /// How callers on its listener are known.
  let methods: Set<AuthenticationMethod>
  /// What the connection says of its client now.
  let evidence: @Sendable () -> PeerEvidence
}
