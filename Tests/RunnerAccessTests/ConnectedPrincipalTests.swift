import RunnerCore
import Testing

@testable import RunnerAccess

/// Callers that their connections make known.
struct ConnectedPrincipalTests {
  private struct StillClock: WallClock {
    func now() -> Timestamp { Timestamp(microseconds: 0) }
    func uptime() -> Int64 { 0 }
    func sleep(for duration: Duration) async {}
  }

  private static let grant = AccessGrant(scopes: [.read], entries: .all, jobs: .own)
  private static let rules = AccessRules(
    tokens: TokenTable([]),
    principals: PrincipalTable([
      ConnectedPrincipal(name: "media", key: .certificate("media.lan"), grant: grant),
      ConnectedPrincipal(name: "web", key: .uid(33), grant: grant),
      ConnectedPrincipal(name: "staff", key: .gid(50), grant: grant),
    ]))

  private static func name(
    _ peer: PeerEvidence, _ methods: Set<AuthenticationMethod>, _ credential: Credential? = nil
  ) -> String {
    let authenticator = Authenticator(rules, clock: StillClock())
    do throws(AccessRefusal) {
      return try authenticator.caller(
        with: credential, from: Principal(name: "192.0.2.1"), peer: peer, methods: methods
      ).principal.name
    } catch {
      return error.reason.rawValue
    }
  }

  @Test(
    arguments: [
      (.certificate(names: ["other", "Media.LAN"]), [.certificate], "certificate/media"),
      (.certificate(names: ["other"]), [.certificate], "unknown"),
      (.certificate(names: ["media.lan"]), [.token], "missing"),
      (.refusedCertificate(reason: "It ended."), [.certificate], "unusable"),
      (.refusedCertificate(reason: "It ended."), [.token], "missing"),
      (.process(uid: 33, gids: [50]), [.peer], "peer/web"),
      (.process(uid: 1, gids: [1, 50]), [.peer], "peer/staff"),
      (.process(uid: 1, gids: [1]), [.peer], "unknown"),
      (.process(uid: 33, gids: []), [.token], "missing"),
      (.none, [.token, .certificate, .peer], "missing"), (.none, [], "missing"),
      (.none, [.none], "192.0.2.1"), (.process(uid: 33, gids: []), [.none], "192.0.2.1"),
    ] as [(PeerEvidence, Set<AuthenticationMethod>, String)])
  func `a listener takes the ways that it says, and no other`(
    peer: PeerEvidence, methods: Set<AuthenticationMethod>, name: String
  ) {
    #expect(Self.name(peer, methods) == name)
  }

  @Test func `a wrong token is refused beside a good certificate`() {
    let wrong = Credential.token(AccessToken.random())
    let peer = PeerEvidence.certificate(names: ["media.lan"])
    #expect(Self.name(peer, [.certificate, .token], wrong) == "unknown")
    #expect(Self.name(peer, [.certificate], wrong) == "certificate/media")
  }
}
