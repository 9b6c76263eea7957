/// A principal that its connection makes known: by a client certificate, or by the process at the
/// other end of a unix socket.
package struct ConnectedPrincipal: Hashable, Sendable {
  /// What a connection must show to be of the principal.
  package enum Key: Hashable, Sendable {
    /// A verified certificate with this name among its subject alternative names.
    case certificate(String)
    /// A process of this user.
    case uid(UInt32)
    /// A process with this group.
    case gid(UInt32)
  }

  /// The name of the principal.
  package let name: String
  /// What a connection must show.
  package let key: Key
  /// What the principal may do.
  package let grant: AccessGrant

  /// A principal of these.
  package init(name: String, key: Key, grant: AccessGrant) {
    self.name = name
    self.key = key
    self.grant = grant
  }
}
