import NetworkBase
import RunnerAccess
import SystemBase

/// What a connection says of its client beside its requests. Asked on the thread of the library.
struct ConnectionIdentity: Sendable {
  /// An encrypted session, and what it was last verified against.
  private struct Encrypted: Sendable {
    let session: TLSSession
    let provider: TLSSource
    /// Kept for as long as the session may point to them.
    let begunWith: TLSCredentials
    var credentials: TLSCredentials
    var verifiedAt: ContinuousClock.Instant?
  }

  /// How long a certificate counts as verified: one may end while its connection lasts.
  private static let verifiedTime: Duration = .seconds(30)

  private var encrypted: Encrypted?
  private var evidence: PeerEvidence

  /// The peer of a connection that is not encrypted.
  init(of descriptor: CInt) {
    evidence =
      PeerCredentials(of: descriptor).map { .process(uid: $0.uid, gids: $0.gids) } ?? .none
  }

  /// The peer of a connection that is about to be encrypted.
  ///
  /// - Parameter credentials: what the session was begun with.
  init(_ session: TLSSession, _ provider: TLSSource, begunWith credentials: TLSCredentials) {
    encrypted = Encrypted(
      session: session, provider: provider, begunWith: credentials, credentials: credentials)
    evidence = .none
  }

  /// What is known of the client now: its certificate is verified again after a reload, and after
  /// half a minute.
  mutating func currentEvidence(at now: ContinuousClock.Instant) -> PeerEvidence {
    guard var session = encrypted else { return evidence }
    let current = session.provider.credentials
    guard current.asksClients || session.credentials.asksClients else { return .none }
    let isFresh = session.verifiedAt.map { now - $0 < Self.verifiedTime } ?? false
    if isFresh, current === session.credentials { return evidence }
    if current !== session.credentials {
      guard session.session.use(current) else { return .none }
      session.credentials = current
    }
    evidence = session.session.verifiedPeer()
    session.verifiedAt = now
    encrypted = session
    return evidence
  }
}
