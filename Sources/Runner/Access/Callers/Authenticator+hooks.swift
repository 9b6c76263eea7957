package import RunnerCore

/// Senders of hooks that are known by a secret alone.
extension Authenticator {
  /// What the head of a call of a hook says of its proof.
  package enum HookHead: Sendable {
    /// Nothing: another credential counts, or none is asked for.
    case unclaimed
    /// It may be proven once its body is there.
    case claimed
    /// It is proven: this is its sender.
    case proven(Principal)
  }

  /// A sender that proved its call.
  package struct HookSender: Sendable {
    /// Who it is, with the grant of the hook.
    package let caller: Caller
    /// What makes a repetition of the call the same; nil where the proof covers nothing of it.
    package let repetitionKey: String?
  }

  /// The principal of all that prove calls of a hook.
  static func sender(of hook: String) -> Principal { Principal(name: "hook/\(hook)") }

  /// Names of the header fields in which hooks have their secrets, in lower case.
  package var hookFields: Set<String> { currentRules.hookFields }

  /// Looks at the head of a call of the hook: whether it is to be proven by its secret, and may be.
  ///
  /// - Parameters:
  ///   - hook: its name.
  ///   - evidence: the header fields; the body is not looked at.
  ///   - methods: how callers on the listener are known. Where nothing is asked a hook that has a
  ///     secret still asks for it; elsewhere it counts where tokens do.
  ///   - address: the principal of the sender's address, by which wrong proofs are held back.
  /// - Throws: `AccessRefusal` where no body can prove the call.
  package func head(
    of hook: String, _ evidence: HookSecret.Evidence, methods: Set<AuthenticationMethod>,
    from address: Principal
  ) throws(AccessRefusal) -> HookHead {
    guard let secret = currentRules.hooks[hook] else { return .unclaimed }
    let isClaimed = secret.isClaimed(by: evidence)
    guard isClaimed || methods.contains(.none) else { return .unclaimed }
    guard methods.contains(.none) || methods.contains(.token) else { return .unclaimed }
    guard isClaimed else { throw Self.unclaimed }
    guard secret.mayBeProven(by: evidence, at: clock.now()) else {
      throw wrongProof(from: address)
    }
    guard case .field = secret.scheme else { return .claimed }
    return .proven(Self.sender(of: hook))
  }

  /// The refusal of a call by which a stranger would learn that there is no such hook, or that it
  /// has no secret: the same as that of a wrong proof.
  ///
  /// - Returns: nil where the call claims no proof.
  package func refusalOfClaim(
    _ evidence: HookSecret.Evidence, methods: Set<AuthenticationMethod>, from address: Principal
  ) -> AccessRefusal? {
    let fields = hookFields.union([HookCredential.hubField, "webhook-signature"])
    guard methods.contains(.token), fields.contains(where: { evidence.field($0) != nil }) else {
      return nil
    }
    return wrongProof(from: address)
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
  ) throws(AccessRefusal) -> HookSender {
    guard let secret = currentRules.hooks[hook], secret.isClaimed(by: evidence) else {
      throw Self.unclaimed
    }
    guard secret.proves(evidence, at: clock.now()) else { throw wrongProof(from: address) }
    let caller = Caller(
      principal: Self.sender(of: hook),
      grant: AccessGrant(
        scopes: [.submit], entries: .named([entry]), jobs: .own, quota: secret.quota),
      evidence: .hook)
    return HookSender(caller: caller, repetitionKey: secret.repetitionKey(of: evidence))
  }

  private static var unclaimed: AccessRefusal {
    AccessRefusal(.missing, "This hook asks for a proof by its secret, or for a token.")
  }

  private func wrongProof(from address: Principal) -> AccessRefusal {
    AccessRefusal(
      .unknown, "The signature or the secret of this call is not right, or its time is over.",
      delay: delay(of: address))
  }
}
