import RunnerCore
import Synchronization

/// Quotas that a test sets.
final class SetQuotas: QuotaResolver {
  private let quotas: Mutex<[Principal: PrincipalQuota]>

  init(_ quotas: [Principal: PrincipalQuota]) {
    self.quotas = Mutex(quotas)
  }

  func set(_ principal: Principal, _ quota: PrincipalQuota) {
    quotas.withLock { $0[principal] = quota }
  }

  func quota(of principal: Principal) -> PrincipalQuota {
    quotas.withLock { $0[principal] ?? .unlimited }
  }

  func bounds(_ member: PrincipalQuota.Member) -> Bool {
    quotas.withLock { $0.values.contains { $0[member] != nil } }
  }
}
