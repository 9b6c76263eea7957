@testable import SandboxBase
import Testing

/// Policies held against made-up hosts, one question at a time.
struct EnforcementPlanTests {
  private static let path = "/usr/bin/true"

  /// A host that has everything.
  static func fullHost() -> KernelFeatures {
    var features = KernelFeatures()
    features.release = "6.18.0"
    features.landlockABI = 7
    features.cgroup.controllers = ["memory", "pids", "cpu", "io"]
    return features
  }

  static func plan(
    _ mode: Enforcement.Mode = .root,
    features changeFeatures: (inout KernelFeatures) -> Void = { _ in },
    policy changePolicy: (inout EntryPolicy) -> Void = { _ in }
  ) -> EnforcementPlan {
    var features = fullHost()
    changeFeatures(&features)
    var policy = EntryPolicy(path: path)
    changePolicy(&policy)
    return EnforcementPlan(for: policy, on: features, mode: mode)
  }

  private static func row(_ layer: Layer, _ plan: EnforcementPlan) throws -> Enforcement.Row {
    try #require(plan.enforcement.rows.first { $0.layer == layer })
  }

  @Test func `on a host that has everything every layer is enforced`() throws {
    let plan = Self.plan()
    #expect(plan.refusals.isEmpty)
    #expect(plan.enforcement.rows.map(\.layer) == Layer.allCases)
    #expect(plan.enforcement.rows.allSatisfy { $0.state == .enforced })
    #expect(try Self.row(.landlockFiles, plan).detail == "ABI 7")
    #expect(try Self.row(.networkNamespace, plan).detail == "one empty one for all jobs")
  }

  @Test func `without delegated controllers limits hold for each process and the job says so`()
    throws
  {
    let plan = Self.plan { $0.cgroup.controllers = [] }
    let row = try Self.row(.cgroupLimits, plan)
    #expect(row.state == .standIn)
    #expect(
      row.detail
        == "no controllers are delegated; memory of a job is looked at ten times a second, "
        + "other limits hold for each process")
    #expect(plan.refusals.isEmpty)
    let required = Self.plan {
      $0.cgroup.controllers = []
    } policy: {
      $0.required = [.cgroupLimits]
    }
    #expect(required.refusals.map(\.layer) == [.cgroupLimits])
  }

  @Test func `a bound that nothing stands in for is named`() throws {
    let plan = Self.plan {
      $0.cgroup.controllers = ["memory", "pids"]
    } policy: {
      $0.cgroup.cpuPercent = 50
    }
    let detail = try Self.row(.cgroupLimits, plan).detail
    #expect(detail == "memory, pids; without cpu; nothing stands in for cpu")
  }

  @Test func `a weight that this kernel has not is told, and only where it is asked for`() throws {
    let weighted = Self.plan {
      $0.cgroup.hasIOWeight = false
    } policy: {
      $0.cgroup.ioWeight = 50
    }
    let row = try Self.row(.cgroupLimits, weighted)
    #expect(row.state == .standIn && row.detail.contains("no weights"))
    let other = Self.plan { $0.cgroup.hasIOWeight = false }
    #expect(try Self.row(.cgroupLimits, other).state == .enforced)
  }

  @Test func `what no limit asks for is not missed`() throws {
    let plan = Self.plan { $0.cgroup.controllers = ["memory", "pids"] }
    #expect(try Self.row(.cgroupLimits, plan).state == .enforced)
  }

  @Test(arguments: [0, 1, 3, 4, 5, 6, 7])
  func `each part of Landlock holds from its own ABI on`(abi: Int) throws {
    let plan = Self.plan { $0.landlockABI = abi }
    #expect(try Self.row(.landlockFiles, plan).state == (abi > 0 ? .enforced : .missing))
    #expect(try Self.row(.landlockNetwork, plan).state == (abi >= 4 ? .enforced : .standIn))
    #expect(try Self.row(.landlockScopes, plan).state == (abi >= 6 ? .enforced : .standIn))
    let network = try Self.row(.networkNamespace, plan).detail
    #expect(network == (abi >= 6 ? "one empty one for all jobs" : "an empty one for each job"))
    #expect(plan.refusals.isEmpty, "a kernel without Landlock is served unless policy requires it")
  }

  @Test func `a Landlock that is there and cannot be used is a refusal`() {
    let plan = Self.plan { $0.landlockRefusal = "Argument list too long (E2BIG)" }
    #expect(plan.refusals.map(\.layer) == [.landlockFiles])
    #expect(plan.refusals.allSatisfy { $0.why.contains("E2BIG") })
  }

  @Test func `scopes have no stand-in where jobs are in the host's network`() throws {
    let plan = Self.plan {
      $0.landlockABI = 5
    } policy: {
      $0.network = .all
    }
    #expect(try Self.row(.landlockScopes, plan).state == .missing)
    #expect(try Self.row(.networkNamespace, plan).state == .dropped)
  }

  @Test func `listed ports need Landlock, whatever policy says`() {
    let plan = Self.plan {
      $0.landlockABI = 3
    } policy: {
      $0.network = .tcp(connect: [443], bind: [])
    }
    #expect(plan.refusals.map(\.layer) == [.landlockNetwork])
    let newer = Self.plan {
      $0.landlockABI = 4
    } policy: {
      $0.network = .tcp(connect: [443], bind: [])
    }
    #expect(newer.refusals.isEmpty)
  }

  @Test func `without a filter nothing is served`() {
    let plan = Self.plan {
      $0.hasSeccomp = false
      $0.seccompRefusal = "Invalid argument (EINVAL)"
    }
    #expect(plan.refusals.map(\.layer) == [.seccomp])
  }

  @Test(arguments: [
    (KernelFeatures.Namespace.pid, Layer.pidNamespace), (.mount, .mountNamespace),
    (.network, .networkNamespace), (.ipc, .ipcNamespace), (.uts, .utsNamespace),
    (.cgroup, .cgroupNamespace),
  ])
  func `a namespace that cannot be made is refused, unless policy drops it`(
    namespace: KernelFeatures.Namespace, layer: Layer
  ) {
    let lack = { (features: inout KernelFeatures) in
      features.namespaces.remove(namespace)
      features.own.refusals[namespace] = "Operation not permitted (EPERM)"
    }
    let plan = Self.plan(features: lack)
    #expect(plan.refusals.map(\.layer) == [layer])
    #expect(plan.refusals.allSatisfy { $0.remedy.contains("drop \(layer.rawValue) by name") })
    #expect(plan.refusals.allSatisfy { $0.description.contains("EPERM") })
    #expect(Self.plan(features: lack) { $0.dropped = [layer] }.refusals.isEmpty)
  }

  @Test func `a container that covers parts of its proc is told what to change`() {
    let plan = Self.plan { $0.own.procRefusal = "Operation not permitted (EPERM)" }
    #expect(plan.refusals.map(\.layer) == [.mountNamespace])
    #expect(plan.refusals.allSatisfy { $0.remedy.contains("unmask") })
  }

  @Test func `root that is none is told apart`() {
    let gaps: [(String, (inout KernelFeatures) -> Void)] = [
      ("user 1000", { $0.privilege.effectiveUser = 1000 }),
      ("CAP_SYS_ADMIN", { $0.privilege.missingCapabilities = ["CAP_SYS_ADMIN"] }),
      ("maps no id", { $0.privilege.users = [0...0] }),
      ("setgroups", { $0.privilege.deniesSetgroups = true }),
    ]
    for (words, change) in gaps {
      let plan = Self.plan(features: change)
      #expect(plan.refusals.first?.layer == .identity)
      #expect(plan.refusals.first?.why.contains(words) == true)
      #expect(plan.refusals.first?.remedy.contains("--same-user") == true)
    }
  }

  @Test func `an unprivileged start keeps its own id and says so`() throws {
    let change = { (features: inout KernelFeatures) in
      features.privilege.effectiveUser = 1000
      features.privilege.supplementaryGroups = 3
      features.own.namespaces = [.user]
      features.inUserNamespace.hasMemfdNoexec = false
    }
    let plan = Self.plan(.sameUser, features: change)
    #expect(plan.refusals.isEmpty)
    #expect(try Self.row(.identity, plan).state == .standIn)
    #expect(try Self.row(.groups, plan).detail == "the starting user's groups stay: 3")
    #expect(try Self.row(.memfd, plan).state == .missing)
    #expect(try Self.row(.pidNamespace, plan).detail == "in a user namespace")
    let named = Self.plan(.sameUser, features: change) {
      $0.account = FixedIdentity(uid: 7, gid: 7)
    }
    #expect(named.refusals.map(\.layer) == [.identity])
    let strict = Self.plan(.sameUser, features: change) { $0.required = [.groups] }
    #expect(strict.refusals.map(\.layer) == [.groups])
  }

  @Test func `without user namespaces an unprivileged start names the switch that closed them`() {
    let close = { (features: inout KernelFeatures) in
      features.userNamespacesMax = 0
      features.inUserNamespace.namespaces = []
      features.inUserNamespace.refusals[.user] = "No space left on device (ENOSPC)"
    }
    let plan = Self.plan(.sameUser, features: close)
    #expect(plan.refusals.first?.layer == .pidNamespace)
    #expect(plan.refusals.first?.why.contains("ENOSPC") == true)
    #expect(plan.refusals.first?.remedy.contains("max_user_namespaces") == true)
    #expect(Self.plan(.root, features: close).refusals.isEmpty)
  }

  @Test func `jobs that nothing could end are refused`() {
    let account = { (policy: inout EntryPolicy) in
      policy.account = FixedIdentity(uid: 7, gid: 7)
      policy.dropped = [.pidNamespace]
    }
    let plan = Self.plan {
      $0.cgroup.missing = "cgroup v2 is not mounted"
    } policy: {
      account(&$0)
    }
    #expect(plan.refusals.map(\.layer) == [.cgroup])
    #expect(Self.plan(policy: account).refusals.isEmpty)
  }

  @Test func `what policy both drops and requires is a refusal`() {
    let plan = Self.plan { _ in
    } policy: {
      $0.dropped = [.memfd]
      $0.required = [.memfd]
    }
    #expect(plan.refusals.map(\.layer) == [.memfd])
  }
}
