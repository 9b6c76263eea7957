package import RunnerCore
internal import Synchronization

/// Sessions of browsers: begun with a token, and worth what that token is worth at each request.
extension Authenticator {
  /// Begins a session for the holder of a token.
  ///
  /// - Parameter address: the principal of the connection's address.
  /// - Throws: `AccessRefusal` where the token does not count.
  package func logIn(
    with credential: Credential, from address: Principal
  ) throws(AccessRefusal) -> BegunSession {
    let rules = currentRules
    guard let table = rules.tokens else {
      throw AccessRefusal(.missing, "This service has no tokens to log in with.")
    }
    let caller = try holder(of: credential, in: table, from: address)
    guard case .token(let token) = credential, let digest = TokenDigest(of: token),
      case .found(let record) = table.match(digest, at: clock.now())
    else {
      throw AccessRefusal(.unknown, "The time of this token is over.")
    }
    let secret = SessionSecret.random()
    guard let key = secret.digest else {
      throw AccessRefusal(.unusable, "This host makes no SHA-256 digests.")
    }
    sessions.withLock { $0.begin(key, for: digest, at: uptime) }
    let end = clock.now().adding(seconds: Double(SessionTable.timeMax.components.seconds))
    let tokenEnd = record.secrets.first { $0.digest == digest }?.expires
    return BegunSession(
      secret: secret, caller: caller, end: tokenEnd.map { min($0, end) } ?? end)
  }

  /// Ends a session; nothing where there is none.
  package func logOut(_ secret: SessionSecret) {
    guard let key = secret.digest else { return }
    sessions.withLock { $0.end(key) }
  }

  /// Whose a session is, by what its token grants now.
  ///
  /// - Returns: nil where the session is over, or its token was revoked or has ended.
  func caller(in secret: SessionSecret, _ rules: AccessRules) -> Caller? {
    guard let key = secret.digest,
      let token = sessions.withLock({ $0.token(of: key, at: uptime) }),
      let table = rules.tokens
    else { return nil }
    guard case .found(let record) = table.match(token, at: clock.now()) else {
      sessions.withLock { $0.end(key) }
      return nil
    }
    return Caller(holding: record, evidence: .session)
  }

  private var uptime: Duration { .microseconds(clock.uptime()) }
}
