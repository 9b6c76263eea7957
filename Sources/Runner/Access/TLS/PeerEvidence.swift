/// What a connection itself says of its client, beside the credentials of its requests.
package enum PeerEvidence: Hashable, Sendable {
  case none
  /// A certificate that was verified, by its subject alternative names (RFC 5280, 4.2.1.6): DNS
  /// names, mail addresses and URIs.
  case certificate(names: [String])
  /// A certificate that was not accepted, and why: a sentence.
  case refusedCertificate(reason: String)
  /// The process at the other end of a unix socket (SO_PEERCRED of unix(7)), with its groups.
  case process(uid: UInt32, gids: [UInt32])
}
