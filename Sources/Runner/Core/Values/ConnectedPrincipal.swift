/// A principal that its connection makes known: by a client certificate, or by the process at the
/// other end of a unix socket.
package struct ConnectedPrincipal: Hashable, Sendable {
  /// What a connection must show to be of the principal.
  package enum Key: Hashable, Sendable {
    /// A verified certificate with this name, in lower case, among its subject alternative names.
    case certificate(String)
    /// A process of this user.
    case uid(UInt32)
    /// A process with this group.
    case gid(UInt32)
  }

  /// Its name in the configuration; several may have the same one, and are one principal then
  /// where all are known by certificates, or all by processes.
  package let name: String
  /// What a connection must show.
  package let key: Key
  /// What the principal may do.
  package let grant: AccessGrant

  /// Whether it is known by a process at a unix socket.
  package var isProcess: Bool { if case .certificate = key { false } else { true } }

  /// On whose behalf its requests are made. No address has a slash, so that none is taken for one.
  package var principal: Principal {
    Principal(name: "\(isProcess ? "peer" : "certificate")/\(name)")
  }

  /// A principal of these.
  package init(name: String, key: Key, grant: AccessGrant) {
    self.name = name
    self.key = key
    self.grant = grant
  }
}
