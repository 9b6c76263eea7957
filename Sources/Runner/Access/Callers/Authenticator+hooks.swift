package import RunnerCore

/// Senders of hooks that are known by a secret alone.
extension Authenticator {
  /// Whether a call of the hook is to be proven by its secret, once its body is there.
  ///
  /// - Parameters:
  ///   - hook: its name.
  ///   - evidence: the header fields; the body is not looked at.
  ///   - methods: how callers on the listener are known. Where nothing is asked a hook that has a
  ///     secret still asks for it; elsewhere it counts where tokens do.
  package func mustProve(
    _ hook: String, _ evidence: HookSecret.Evidence, methods: Set<AuthenticationMethod>
  ) -> Bool {
    guard let secret = currentRules.hooks[hook] else { return false }
    if methods.contains(.none) { return true }
    return methods.contains(.token) && secret.isClaimed(by: evidence)
  }

  /// The sender of a call.
  ///
  /// - Parameters:
  ///   - hook: its name.
  ///   - entry: the entry of which it makes jobs.
  ///   - address: the principal of the sender's address, by which wrong proofs are held back.
  /// - Throws: `AccessRefusal` where the call is not proven.
  package func sender(
    of hook: String, entry: String, _ evidence: HookSecret.Evidence, from address: Principal
  ) throws(AccessRefusal) -> Caller {
    guard let secret = currentRules.hooks[hook], secret.isClaimed(by: evidence) else {
      throw AccessRefusal(.missing, "This hook asks for a proof by its secret, or for a token.")
    }
    guard secret.proves(evidence, at: clock.now()) else {
      throw AccessRefusal(
        .unknown, "The signature or the secret of this call is not right, or its time is over.",
        delay: delay(of: address))
    }
    return Caller(
      principal: Principal(name: "hook/\(hook)"),
      grant: AccessGrant(scopes: [.submit], entries: .named([entry]), jobs: .own),
      evidence: .hook)
  }
}
