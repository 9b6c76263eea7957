/// A principal that its connection makes known, and what it may do.
package struct ConfiguredPrincipal: Hashable, Sendable {
  /// What a connection must show.
  package enum Key: Hashable, Sendable {
    /// A verified client certificate with this name, in lower case.
    case certificate(String)
    case uid(UInt32)
    case gid(UInt32)
  }

  /// Its name, as it stands in logs and owns jobs.
  package let name: String
  /// What a connection must show.
  package let key: Key
  /// Scopes: words of `scopes`.
  package let may: [String]
  /// Names of the entries whose jobs it may make; nil for all.
  package let entries: [String]?
  /// Whether it sees the jobs of all.
  package let seesAll: Bool

  /// Whether it is known by a process at a unix socket.
  package var isProcess: Bool { if case .certificate = key { false } else { true } }

  /// The scopes that there are.
  package static let scopes = ["submit", "read", "cancel", "operate"]
}
