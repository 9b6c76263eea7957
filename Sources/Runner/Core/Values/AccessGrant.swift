/// What a principal may do: scopes, the entries whose jobs it may make, whose jobs it sees, and how
/// much of the service it may use.
package struct AccessGrant: Hashable, Sendable {
  /// The entries whose jobs a principal may make.
  package enum Entries: Hashable, Sendable {
    case all
    /// By the names that the configuration gives them; a name that it does not have grants nothing.
    case named(Set<String>)

    /// Whether they include the entry `name`.
    package func contains(_ name: String) -> Bool {
      switch self {
      case .all: true
      case .named(let names): names.contains(name)
      }
    }
  }

  /// The jobs that exist for a principal. Others are answered as if they did not.
  package enum Visibility: String, Hashable, Sendable, CaseIterable {
    /// Those that it submitted.
    case own
    case all
  }

  /// What it may do; `AccessScope.everyone` is never among them and always granted.
  package let scopes: Set<AccessScope>
  /// The entries whose jobs it may make.
  package let entries: Entries
  /// The jobs that exist for it.
  package let jobs: Visibility
  /// What it may use at one time.
  package let quota: PrincipalQuota

  /// Everything: the grant of each caller where no credential is asked for.
  package static let everything = AccessGrant(
    scopes: Set(AccessScope.grantable), entries: .all, jobs: .all)

  /// Nothing but what is open to everyone.
  package static let nothing = AccessGrant(scopes: [], entries: .named([]), jobs: .own)

  /// A grant of these; without a quota unless one is given.
  package init(
    scopes: Set<AccessScope>, entries: Entries, jobs: Visibility,
    quota: PrincipalQuota = .unlimited
  ) {
    self.quota = quota
    self.scopes = scopes.subtracting([.everyone])
    self.entries = entries
    self.jobs = jobs
  }

  /// Whether a route of `scope` may be asked for.
  package func allows(_ scope: AccessScope) -> Bool {
    scope == .everyone || scopes.contains(scope)
  }
}
