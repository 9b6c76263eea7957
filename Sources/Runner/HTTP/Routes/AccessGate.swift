import RunnerAccess
import RunnerCore

/// Decides by the head of a request who makes it, and whether the route is open to them.
struct AccessGate: Sendable {
  let authenticator: Authenticator
  let log: any Logger

  /// Protection space of `WWW-Authenticate` (RFC 9110, section 11.5).
  private static let realm = "http-runner"

  /// Who makes the request.
  ///
  /// - Parameters:
  ///   - address: of the client; another one than that of the connection where a proxy names it.
  ///   - source: the connection.
  /// - Throws: `Refusal` with 401 where no caller is known by its credential, with 403 where the
  ///   caller may not use the route.
  func admit(
    _ head: RequestHead, to route: Route, of address: PeerAddress, from source: RequestSource
  ) throws(Refusal) -> Caller {
    // A credential is looked at all the same: an operator is told more.
    guard
      route.scope != .everyone || head.fields.authorization != nil
        || source.methods.contains(.none)
    else {
      return Caller(principal: address.principal, grant: .nothing, evidence: .address)
    }
    let caller: Caller
    do throws(AccessRefusal) {
      caller = try authenticator.caller(
        with: head.fields.authorization.map { Credential(authorization: $0) },
        from: address.principal, peer: source.evidence(), methods: source.methods)
    } catch {
      throw refusal(error, address, route)
    }
    guard caller.grant.allows(route.scope) else {
      log.log(
        .warning, "access.forbidden",
        "\(caller.principal) asked for \(route.pattern.text) and may not \(route.scope.rawValue)",
        ["principal": .text(caller.principal.name), "scope": .text(route.scope.rawValue)])
      throw Refusal(
        .problem(
          .forbidden,
          "Your credential does not grant `\(route.scope.rawValue)`, which this needs."),
        caller: caller, route: route.pattern.text)
    }
    return caller
  }

  private func refusal(
    _ denial: AccessRefusal, _ address: PeerAddress, _ route: Route
  ) -> Refusal {
    // A request without any credential is how a browser or curl begins.
    if denial.reason != .missing {
      log.log(
        .warning, "access.denied",
        "a credential from \(address.text) was refused: \(denial.reason.rawValue)",
        ["address": .text(address.text), "reason": .text(denial.reason.rawValue)])
    }
    // RFC 6750, section 3: without a credential the challenge has no error code.
    let error = denial.reason == .missing ? "" : ", error=\"invalid_token\""
    return Refusal(
      Response.problem(.unauthorized, denial.text)
        .with("WWW-Authenticate", "Bearer realm=\"\(Self.realm)\"\(error)")
        .with("WWW-Authenticate", "Basic realm=\"\(Self.realm)\", charset=\"UTF-8\""),
      delay: denial.delay, route: route.pattern.text)
  }
}
