package import RunnerCore
internal import Synchronization

/// Tells who makes a request, and what a principal may use. Asked on the thread of the HTTP server
/// and by the engine, and never blocks.
package final class Authenticator: QuotaResolver {
  private let rules: Mutex<AccessRules>
  private let throttle = Mutex(FailureThrottle<Principal>())
  /// Sessions that browsers have begun.
  let sessions = Mutex(SessionTable())
  /// Time of tokens, and of answers that are held back.
  package let clock: any WallClock

  /// An authenticator that goes by `rules`.
  package init(_ rules: AccessRules, clock: any WallClock) {
    self.rules = Mutex(rules)
    self.clock = clock
  }

  /// Goes by other rules from the next request on.
  package func use(_ rules: AccessRules) {
    self.rules.withLock { $0 = rules }
  }

  /// Whom it goes by at the moment.
  var currentRules: AccessRules { rules.withLock { $0 } }

  /// Whether there are tokens to go by.
  package var hasTokens: Bool { rules.withLock { $0.tokens != nil } }

  package func quota(of principal: Principal) -> PrincipalQuota {
    rules.withLock { $0.quota(of: principal) }
  }

  package func bounds(_ member: PrincipalQuota.Member) -> Bool {
    rules.withLock { $0.bounds(member) }
  }

  /// Who makes a request.
  ///
  /// - Parameters:
  ///   - credential: what it carries; nil for nothing.
  ///   - address: the principal of the connection's address.
  ///   - peer: what its connection says of the client.
  ///   - methods: how callers on its listener are known.
  /// - Throws: `AccessRefusal` where no caller is known by it.
  package func caller(
    with credential: @autoclosure () -> Credential?, from address: Principal,
    peer: @autoclosure () -> PeerEvidence, methods: Set<AuthenticationMethod>
  ) throws(AccessRefusal) -> Caller {
    if methods.contains(.none) {
      return Caller(principal: address, grant: .everything, evidence: .address)
    }
    let rules = rules.withLock { $0 }
    let credential = credential()
    var isSessionOver = false
    if case .session(let secret)? = credential {
      if methods.contains(.session), let caller = caller(in: secret, rules) { return caller }
      // Browsers send a cookie without being told to: another way to be known still counts.
      isSessionOver = methods.contains(.session)
    } else if methods.contains(.token), let table = rules.tokens, let credential {
      // Who says a token goes by that alone, also where it is wrong.
      return try holder(of: credential, in: table, from: address)
    }
    switch peer() {
    case .certificate(let names) where methods.contains(.certificate):
      return try connected(.certificate(names: names), in: rules.principals)
    case .process(let uid, let gids) where methods.contains(.peer):
      return try connected(.process(uid: uid, gids: gids), in: rules.principals)
    case .refusedCertificate(let reason) where methods.contains(.certificate):
      throw AccessRefusal(.unusable, "Your certificate is refused: \(reason)")
    default:
      guard isSessionOver else { throw AccessRefusal(.missing, Self.advice(methods)) }
      throw AccessRefusal(
        .unknown, "This session is over, or was never: log in again at /login.",
        delay: delay(of: address))
    }
  }

  /// The holder of a token.
  ///
  /// - Throws: `AccessRefusal`, held back by `address`, where the token does not count.
  func holder(
    of credential: Credential, in table: TokenTable, from address: Principal
  ) throws(AccessRefusal) -> Caller {
    switch credential {
    case .unusable(let reason):
      throw AccessRefusal(.unusable, reason, delay: delay(of: address))
    case .session:
      throw AccessRefusal(.missing, Self.advice([.token]))
    case .token(let token):
      switch table.match(token, at: clock.now()) {
      case .found(let record):
        return Caller(holding: record)
      case .expired:
        throw AccessRefusal(
          .expired,
          "The time of this token is over. `http-runner token rotate` gives it a new one.",
          delay: delay(of: address))
      case .unknown:
        throw AccessRefusal(
          .unknown, "This token is not known here: it was revoked, or is of another service.",
          delay: delay(of: address))
      }
    }
  }

  private func connected(
    _ evidence: PeerEvidence, in principals: PrincipalTable
  ) throws(AccessRefusal) -> Caller {
    if let principal = principals.principal(of: evidence) { return Caller(principal) }
    let shown =
      switch evidence {
      case .certificate(let names): "a certificate of \(names.joined(separator: ", "))"
      case .process(let uid, _): "the user \(uid)"
      case .none, .refusedCertificate: "this connection"
      }
    throw AccessRefusal(.unknown, "No principal is known by \(shown): see service.principals.")
  }

  private static func advice(_ methods: Set<AuthenticationMethod>) -> String {
    var ways: [String] = []
    if methods.contains(.token) {
      ways.append(
        "`Authorization: Bearer TOKEN`; `http-runner token add` makes one")
    }
    if methods.contains(.session) { ways.append("a browser logs in at /login") }
    if methods.contains(.certificate) {
      ways.append("a client certificate; `http-runner certificate --client` makes one")
    }
    if methods.contains(.peer) { ways.append("a user that service.principals names") }
    return "Say who you are: " + ways.joined(separator: "; or ") + "."
  }

  /// Counts a wrong credential of an address.
  ///
  /// - Returns: how long its answer is held back.
  func delay(of address: Principal) -> Duration {
    let now = Duration.microseconds(clock.uptime())
    return throttle.withLock { $0.failed(address, at: now) }
  }
}
