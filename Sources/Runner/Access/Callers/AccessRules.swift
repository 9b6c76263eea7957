internal import RunnerCore

/// Whom an authenticator goes by: tokens, and principals that their connections make known.
package struct AccessRules: Sendable {
  /// The tokens that count; nil where none are.
  let tokens: TokenTable?
  /// Those known by certificates and unix sockets.
  let principals: PrincipalTable
  /// What calls of hooks are proven by, by the hooks' names.
  let hooks: [String: HookSecret]

  /// No credential counts: where nothing is asked, everyone who reaches the listener may do
  /// everything, under the name of the address. `Authorization` fields are not looked at: they may
  /// be for a proxy.
  package static let nothing = AccessRules(tokens: nil)

  /// Tokens alone.
  package static func tokens(_ table: TokenTable) -> AccessRules { AccessRules(tokens: table) }

  /// What a principal may use; of one that is not known everything, as it can submit nothing.
  func quota(of principal: Principal) -> PrincipalQuota {
    tokens?.quotas[principal] ?? principals.quotas[principal] ?? .unlimited
  }

  /// Whether any principal has a bound of this member.
  func bounds(_ member: PrincipalQuota.Member) -> Bool {
    [tokens?.quotas ?? [:], principals.quotas].contains { $0.values.contains { $0[member] != nil } }
  }

  /// Rules of these.
  package init(
    tokens: TokenTable?, principals: PrincipalTable = PrincipalTable([]),
    hooks: [String: HookSecret] = [:]
  ) {
    self.hooks = hooks
    self.tokens = tokens
    self.principals = principals
  }
}
