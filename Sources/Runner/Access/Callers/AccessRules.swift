internal import RunnerCore

/// Whom an authenticator goes by: tokens, and principals that their connections make known.
package struct AccessRules: Sendable {
  /// The tokens that count; nil where none are.
  let tokens: TokenTable?
  /// Those known by certificates and unix sockets.
  let principals: PrincipalTable
  /// What calls of hooks are proven by, by the hooks' names.
  let hooks: [String: HookSecret]
  /// Quotas of the senders of hooks, of those that have one.
  private let hookQuotas: [Principal: PrincipalQuota]
  /// Names of the header fields in which hooks have their secrets, in lower case.
  let hookFields: Set<String>

  /// No credential counts: where nothing is asked, everyone who reaches the listener may do
  /// everything, under the name of the address. `Authorization` fields are not looked at: they may
  /// be for a proxy.
  package static let nothing = AccessRules(tokens: nil)

  /// Tokens alone.
  package static func tokens(_ table: TokenTable) -> AccessRules { AccessRules(tokens: table) }

  /// What a principal may use; everything for one that has no quota.
  func quota(of principal: Principal) -> PrincipalQuota {
    tokens?.quotas[principal] ?? principals.quotas[principal] ?? hookQuotas[principal]
      ?? .unlimited
  }

  /// Whether any principal has a bound of this member.
  func bounds(_ member: PrincipalQuota.Member) -> Bool {
    [tokens?.quotas ?? [:], principals.quotas, hookQuotas].contains { quotas in
      quotas.values.contains { $0[member] != nil }
    }
  }

  /// Rules of these.
  package init(
    tokens: TokenTable?, principals: PrincipalTable = PrincipalTable([]),
    hooks: [String: HookSecret] = [:]
  ) {
    self.hooks = hooks
    var quotas: [Principal: PrincipalQuota] = [:]
    var fields: Set<String> = []
    for (name, secret) in hooks {
      if secret.quota != .unlimited { quotas[Authenticator.sender(of: name)] = secret.quota }
      if case .field(let field) = secret.scheme { fields.insert(field) }
    }
    hookQuotas = quotas
    hookFields = fields
    self.tokens = tokens
    self.principals = principals
  }
}
