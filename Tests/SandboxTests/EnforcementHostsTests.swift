@testable import SandboxBase
import Testing

/// Every policy of a table on every host of a table: what must be true of all answers.
struct EnforcementHostsTests {
  private typealias Change<Value> = @Sendable (inout Value) -> Void

  /// What a host may lack.
  private static let lacks: [Change<KernelFeatures>] = [
    { $0.landlockABI = 0 }, { $0.landlockABI = 3 }, { $0.landlockABI = 5 },
    { $0.landlockRefusal = "E2BIG" }, { $0.hasSeccomp = false }, { $0.hasSeccompListener = false },
    { $0.hasKeyring = false }, { $0.cgroup.missing = "not mounted" },
    { $0.cgroup.controllers = [] }, { $0.cgroup.controllers = ["memory", "pids"] },
    { $0.own.namespaces.remove(.pid) }, { $0.own.namespaces.remove(.mount) },
    { $0.own.namespaces.remove(.network) }, { $0.own.namespaces.remove(.cgroup) },
    { $0.own.procRefusal = "EPERM" }, { $0.own.hasMemfdNoexec = false },
    { $0.inUserNamespace.namespaces = [] }, { $0.inUserNamespace.procRefusal = "EPERM" },
    { $0.privilege.effectiveUser = 1000 }, { $0.privilege.users = [0...0] },
    { $0.privilege.missingCapabilities = ["CAP_SYS_ADMIN"] },
    { $0.privilege.supplementaryGroups = 2 },
  ]

  private static let wishes: [Change<EntryPolicy>] = [
    { _ in }, { $0.network = .loopback }, { $0.network = .all },
    { $0.network = .tcp(connect: [443], bind: [8080]) },
    { $0.account = FixedIdentity(uid: 7, gid: 7) }, { $0.dropped = [.pidNamespace] },
    { $0.dropped = [.mountNamespace, .networkNamespace] }, { $0.dropped = [.landlockScopes] },
    { $0.dropped = Set(Layer.allCases.filter(\.isDroppable)) },
    { $0.required = [.cgroup, .cgroupLimits] }, { $0.required = [.landlockFiles] },
    { $0.required = Set(Layer.allCases) }, { $0.cgroup.cpuPercent = 50 },
    { $0.scratch.storage = .disk },
  ]

  /// `start` changed by no, one and every two of `changes`; or by no and one.
  private static func variants<Value>(
    of start: Value, by changes: [Change<Value>], pairs: Bool
  ) -> [Value] {
    let singles = changes.map { change in
      var value = start
      change(&value)
      return value
    }
    guard pairs else { return [start] + singles }
    return [start]
      + singles.indices.flatMap { first in
        changes[first...].map { change in
          var value = singles[first]
          change(&value)
          return value
        }
      }
  }

  private static let full = EnforcementPlanTests.fullHost()
  private static let plain = EntryPolicy(path: "/usr/bin/true")

  /// Every two lacks with every wish, and every lack with every two wishes.
  private static func forAll(_ body: (EntryPolicy, KernelFeatures, Enforcement.Mode) throws -> Void)
    rethrows
  {
    for pairsOfLacks in [true, false] {
      let policies = variants(of: plain, by: wishes, pairs: !pairsOfLacks)
      for host in variants(of: full, by: lacks, pairs: pairsOfLacks) {
        for policy in policies {
          for mode in Enforcement.Mode.allCases { try body(policy, host, mode) }
        }
      }
    }
  }

  @Test func `every answer has one row a layer, and is a refusal or honours the policy`() {
    var wrong: [String] = []
    Self.forAll { policy, host, mode in
      let plan = EnforcementPlan(for: policy, on: host, mode: mode)
      let rows = plan.enforcement.rows
      let refused = Set(plan.refusals.map(\.layer))
      var isRight = rows.map(\.layer) == Layer.allCases
      for row in rows {
        let isDropped = row.layer.isDroppable && policy.dropped.contains(row.layer)
        if isDropped, row.state != .dropped { isRight = false }
        if policy.required.contains(row.layer), row.state != .enforced,
          !refused.contains(row.layer)
        {
          isRight = false
        }
        if row.state == .missing, !row.layer.isOptional, !refused.contains(row.layer) {
          isRight = false
        }
        if row.state == .enforced, refused.contains(row.layer) { isRight = false }
        if row.state != .enforced, row.detail.isEmpty { isRight = false }
      }
      if plan.refusals.contains(where: { $0.why.isEmpty || $0.remedy.isEmpty }) { isRight = false }
      if !isRight { wrong.append("\(mode) \(policy) \(host)") }
    }
    #expect(wrong.isEmpty, "\(wrong.count) answers, the first: \(wrong.first ?? "")")
  }

  @Test func `planning throws the first refusal, and otherwise answers what is in force`() {
    var wrong = 0
    for host in Self.variants(of: Self.full, by: Self.lacks, pairs: false) {
      let plan = EnforcementPlan(for: Self.plain, on: host, mode: .root)
      do throws(EnforcementRefusal) {
        let enforcement = try Enforcement.plan(for: Self.plain, on: host, mode: .root)
        if !plan.refusals.isEmpty || enforcement != plan.enforcement { wrong += 1 }
      } catch {
        if plan.refusals.first != error { wrong += 1 }
      }
    }
    #expect(wrong == 0)
  }

  /// Who adds a layer to a kernel must not take the service away by it. The one exception is a
  /// Landlock that is there and cannot be used, which is no addition.
  @Test func `a host that has more never refuses more`() {
    let better = Self.full
    var wrong: [String] = []
    for policy in Self.variants(of: Self.plain, by: Self.wishes, pairs: true) {
      for mode in Enforcement.Mode.allCases {
        let best = Set(EnforcementPlan(for: policy, on: better, mode: mode).refusals.map(\.layer))
        for lack in Self.lacks {
          var worse = better
          lack(&worse)
          let found = EnforcementPlan(for: policy, on: worse, mode: mode).refusals.map(\.layer)
          if !best.isSubset(of: found) { wrong.append("\(mode) \(policy) \(worse)") }
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count) answers, the first: \(wrong.first ?? "")")
  }

  @Test func `a layer is enforced only where the host has what it is made of`() {
    var wrong: [String] = []
    Self.forAll { policy, host, mode in
      let rows = EnforcementPlan(for: policy, on: host, mode: mode).enforcement
      let offer = mode == .root ? host.own : host.inUserNamespace
      let isUsable = host.landlockRefusal.isEmpty
      let claims: [(Layer, Bool)] = [
        (.landlockFiles, isUsable && host.landlockABI >= 1),
        (.landlockNetwork, isUsable && host.landlockABI >= 4),
        (.landlockScopes, isUsable && host.landlockABI >= 6),
        (.pidNamespace, offer.namespaces.contains(.pid)),
        (.mountNamespace, offer.namespaces.contains(.mount)),
        (.networkNamespace, offer.namespaces.contains(.network) && !policy.network.isHost),
        (.memfd, offer.hasMemfdNoexec && offer.namespaces.contains(.pid)),
        (.cgroup, host.cgroup.missing == nil),
        (.cgroupLimits, host.cgroup.controllers.isSuperset(of: ["memory", "pids"])),
        (.identity, mode == .root && host.isPrivileged && policy.account == nil),
        (.seccomp, host.hasSeccomp),
      ]
      for (layer, isThere) in claims where rows.holds(layer) && !isThere {
        wrong.append("\(layer) \(mode) \(policy) \(host)")
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count) claims, the first: \(wrong.first ?? "")")
  }
}
