/// The principals that connections make known, found in constant time by what a connection shows.
package struct PrincipalTable: Sendable {
  private let rows: [ConnectedPrincipal.Key: ConnectedPrincipal]

  /// A table of `principals`; of two with one key the first counts.
  package init(_ principals: [ConnectedPrincipal]) {
    rows = Dictionary(principals.map { ($0.key, $0) }) { first, _ in first }
  }

  /// The principal of a connection: by the first name of its certificate that has one, by the user
  /// before the groups.
  ///
  /// - Returns: nil where none is known by it.
  func principal(of evidence: PeerEvidence) -> ConnectedPrincipal? {
    switch evidence {
    case .none, .refusedCertificate: nil
    case .certificate(let names):
      names.lazy.compactMap { rows[.certificate(Self.spelling($0))] }.first
    case .process(let uid, let gids):
      rows[.uid(uid)] ?? gids.lazy.compactMap { rows[.gid($0)] }.first
    }
  }

  /// DNS names and mail domains have no case (RFC 4343); the table is kept in lower case.
  package static func spelling(_ name: String) -> String { name.lowercased() }
}
