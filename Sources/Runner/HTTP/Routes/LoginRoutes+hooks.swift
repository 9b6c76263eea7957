import RunnerAccess
import RunnerCore

/// Calls of hooks that are proven by a secret.
extension LoginRoutes {
  /// The sender of a call of the hook.
  ///
  /// - Throws: `AccessRefusal` where the call is not proven.
  func sender(
    of hook: String, entry: String, _ request: Request
  ) throws(AccessRefusal) -> Authenticator.HookSender {
    try authenticator.sender(
      of: hook, entry: entry, request.fields.hookEvidence(request.body.bytes),
      from: request.address.principal)
  }

  /// The answer to a call that is not proven, held back as one with a wrong token is.
  func refusal(of denial: AccessRefusal, _ request: Request) -> Response {
    HookRefusal.response(to: denial, from: request.address, log)
      .refusingCredential(heldBack: denial.delay)
  }
}
