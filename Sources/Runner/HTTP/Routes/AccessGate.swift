import RunnerAccess
import RunnerCore

/// Decides by the head of a request who makes it, and whether the route is open to them.
struct AccessGate: Sendable {
  let authenticator: Authenticator
  let log: any Logger

  /// Protection space of `WWW-Authenticate` (RFC 9110, section 11.5).
  static let realm = "http-runner"

  /// Who makes the request.
  ///
  /// - Parameters:
  ///   - hook: name of the hook that is called. Where that asks for a proof, the caller that is
  ///     returned has the grant of nothing, and its handler looks at the proof; what no body can
  ///     prove is refused here.
  ///   - address: of the client; another one than that of the connection where a proxy names it.
  ///   - source: the connection.
  ///   - isOwnPage: whether cookies of the request count: `OriginGuard.isOwnPage`.
  /// - Throws: `Refusal` with 401 where no caller is known by its credential, with 403 where the
  ///   caller may not use the route.
  func admit(
    _ head: RequestHead, to route: Route, hook: String?, of address: PeerAddress,
    from source: RequestSource, isOwnPage: Bool
  ) throws(Refusal) -> Caller {
    let stranger = Caller(principal: address.principal, grant: .nothing, evidence: .address)
    let authorization = head.fields.authorization
    if let hook, authorization == nil || source.methods.contains(.none),
      let sender = try sender(of: hook, head, to: route, of: address, from: source)
    {
      return sender
    }
    // Who says a token goes by that: programs have no cookies, or mean the token.
    let cookie =
      authorization == nil && source.takesSessions
      ? SessionCookie.secret(in: head.fields.cookie, isEncrypted: source.isEncrypted) : nil
    // A credential is looked at all the same: an operator is told more.
    guard
      route.scope != .everyone || authorization != nil || (cookie != nil && isOwnPage)
        || source.methods.contains(.none)
    else { return stranger }
    let caller: Caller
    do throws(AccessRefusal) {
      guard cookie == nil || isOwnPage else { throw AccessRefusal.cookieOfOthers }
      caller = try authenticator.caller(
        with: authorization.map { Credential(authorization: $0) } ?? cookie.map { .session($0) },
        from: address.principal, peer: source.evidence(), methods: source.methods)
    } catch {
      if hook != nil, error.reason == .missing,
        let claim = authenticator.refusalOfClaim(
          head.fields.hookEvidence(), methods: source.methods, from: address.principal)
      {
        throw refusal(ofProof: claim, address, route)
      }
      // What is open to everyone is so with a cookie whose session is over, too.
      if route.scope == .everyone, authorization == nil { return stranger }
      let refused = refusal(
        error, address, route,
        takesBasic: !source.takesSessions || !Self.isBrowser(head.fields))
      guard cookie != nil, error.reason == .unknown else { throw refused }
      let isSecure = source.isEncrypted || SessionCookie.isSecure(in: head.fields.cookie)
      throw refused.with("Set-Cookie", SessionCookie.field(clearing: isSecure))
    }
    guard caller.grant.allows(route.scope) else {
      log.log(
        .warning, "access.forbidden",
        "\(caller.principal) asked for \(route.pattern.text) and may not \(route.scope.rawValue)",
        ["principal": .text(caller.principal.name), "scope": .text(route.scope.rawValue)])
      throw Refusal(
        Response.problem(
          .forbidden,
          "Your credential does not grant `\(route.scope.rawValue)`, which this needs."
        ).because("scope"), caller: caller, route: route.pattern.text)
    }
    return caller
  }

  /// The caller of a hook that asks for a proof, without a grant; nil where it goes by credentials.
  private func sender(
    of hook: String, _ head: RequestHead, to route: Route, of address: PeerAddress,
    from source: RequestSource
  ) throws(Refusal) -> Caller? {
    do throws(AccessRefusal) {
      let proof = try authenticator.head(
        of: hook, head.fields.hookEvidence(), methods: source.methods, from: address.principal)
      return switch proof {
      case .unclaimed: nil
      case .claimed: Caller(principal: address.principal, grant: .nothing, evidence: .address)
      case .proven(let sender): Caller(principal: sender, grant: .nothing, evidence: .hook)
      }
    } catch {
      throw refusal(ofProof: error, address, route)
    }
  }

  private func refusal(
    ofProof denial: AccessRefusal, _ address: PeerAddress, _ route: Route
  ) -> Refusal {
    Refusal(
      HookRefusal.response(to: denial, from: address, log), delay: denial.delay,
      route: route.pattern.text)
  }

  /// Browsers that can log in are told so: at a challenge for Basic they would open a window of
  /// their own, and send what is typed there with the requests of every page.
  private static func isBrowser(_ fields: HeaderFields) -> Bool {
    if case .absent = fields.fetchSite { return LoginPage.isWanted(fields.accept) }
    return true
  }

  private func refusal(
    _ denial: AccessRefusal, _ address: PeerAddress, _ route: Route, takesBasic: Bool
  ) -> Refusal {
    // A request without any credential is how a browser or curl begins.
    if denial.reason != .missing {
      log.log(
        .warning, "access.denied",
        "a credential from \(address.text) was refused: \(denial.reason.rawValue)",
        ["address": .text(address.text), "reason": .text(denial.reason.rawValue)])
    }
    let answer = Response.problem(
      denial.reason == .otherOrigin ? .forbidden : .unauthorized, denial.text
    ).because(denial.reason.rawValue)
    guard denial.reason != .otherOrigin else {
      return Refusal(answer, route: route.pattern.text)
    }
    // RFC 6750, section 3: without a credential the challenge has no error code.
    let error = denial.reason == .missing ? "" : ", error=\"invalid_token\""
    let bearer = answer.with("WWW-Authenticate", "Bearer realm=\"\(Self.realm)\"\(error)")
    let basic = "Basic realm=\"\(Self.realm)\", charset=\"UTF-8\""
    return Refusal(
      takesBasic ? bearer.with("WWW-Authenticate", basic) : bearer, delay: denial.delay,
      route: route.pattern.text)
  }
}
