/// The port to the quotas of principals. Asked by the engine for each submission and each start of
/// a job; never blocks.
package protocol QuotaResolver: Sendable {
  /// The quota of a principal now: it may be another one after a reload.
  func quota(of principal: Principal) -> PrincipalQuota
  /// Whether any principal has a bound of this member.
  func bounds(_ member: PrincipalQuota.Member) -> Bool
}

/// No principal has a quota.
package struct NoQuotas: QuotaResolver {
  /// A resolver that knows no quota.
  package init() {}
  package func quota(of principal: Principal) -> PrincipalQuota { .unlimited }
  /// False.
  package func bounds(_ member: PrincipalQuota.Member) -> Bool { false }
}
