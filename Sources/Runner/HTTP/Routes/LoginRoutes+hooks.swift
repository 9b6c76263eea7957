import RunnerAccess
import RunnerCore

/// Calls of hooks that are proven by a secret.
extension LoginRoutes {
  /// The sender of a call of the hook.
  ///
  /// - Throws: `AccessRefusal` where the call is not proven.
  func sender(
    of hook: String, entry: String, _ request: Request
  ) throws(AccessRefusal) -> Caller {
    try authenticator.sender(
      of: hook, entry: entry, request.fields.hookEvidence(request.body.bytes),
      from: request.address.principal)
  }

  /// The answer to a call that is not proven, held back as one with a wrong token is.
  func refusal(of hook: String, _ error: AccessRefusal, _ request: Request) async -> Response {
    log.log(
      .warning, "access.denied",
      "a call of the hook \(hook) from \(request.address.text) was refused: "
        + "\(error.reason.rawValue)",
      ["address": .text(request.address.text), "reason": .text(error.reason.rawValue)])
    await heldResponses.wait(for: error.delay)
    return Response.problem(.unauthorized, error.text)
      .with("WWW-Authenticate", "Bearer realm=\"\(AccessGate.realm)\"")
      .because(error.reason.rawValue)
  }
}
