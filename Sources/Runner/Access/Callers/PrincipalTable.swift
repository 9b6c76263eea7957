package import RunnerCore

/// The principals that connections make known, found in constant time by what a connection shows.
package struct PrincipalTable: Sendable {
  private let rows: [ConnectedPrincipal.Key: ConnectedPrincipal]
  /// Quotas of those that have one.
  let quotas: [Principal: PrincipalQuota]

  /// A table of `principals`; of two with one key the first counts.
  package init(_ principals: [ConnectedPrincipal]) {
    rows = Dictionary(principals.map { ($0.key, $0) }) { first, _ in first }
    quotas = Dictionary(
      principals.filter { $0.grant.quota != .unlimited }.map { ($0.principal, $0.grant.quota) }
    ) { first, _ in first }
  }

  /// The principal of a connection: by the first name of its certificate that has one, by the user
  /// before the groups.
  ///
  /// - Returns: nil where none is known by it.
  func principal(of evidence: PeerEvidence) -> ConnectedPrincipal? {
    switch evidence {
    case .none, .refusedCertificate: nil
    case .certificate(let names):
      // DNS names and mail domains have no case (RFC 4343); keys are in lower case.
      names.lazy.compactMap { rows[.certificate($0.lowercased())] }.first
    case .process(let uid, let gids):
      rows[.uid(uid)] ?? gids.lazy.compactMap { rows[.gid($0)] }.first
    }
  }
}
