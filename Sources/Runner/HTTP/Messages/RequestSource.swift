import RunnerAccess

/// Where a request comes from: its connection, as far as its admission needs it.
struct RequestSource: Sendable {
  /// Address of the connection.
  let address: PeerAddress
  /// How callers on its listener are known.
  let methods: Set<AuthenticationMethod>
  /// Whether its bytes are encrypted.
  let isEncrypted: Bool
  /// What the connection says of its client now.
  let evidence: @Sendable () -> PeerEvidence

  /// Whether browsers log in here, and are known by a cookie.
  var takesSessions: Bool { methods.contains(.session) }
}
