/// What the launcher found on its host when it was sealed.
struct SealingHost {
  let mode: Enforcement.Mode
  /// The id that the holders of cells take.
  let holder: UInt32
  let facts: KernelFacts

  /// - Parameter cgroup: what came of making a cgroup for this launcher.
  init(_ policy: LaunchPolicy, cgroup: KernelFacts.ControlGroups) throws(SystemCallFailure) {
    var facts = try KernelProbe.facts()
    facts.cgroup = cgroup
    self.mode = policy.mode
    self.holder = policy.identities.holder
    self.facts = facts
  }

  var hasCgroups: Bool { facts.cgroup.missing == nil }

  /// What the cells depend on.
  var offer: CellKind.Host {
    CellKind.Host(
      landlockABI: facts.landlockRefusal.isEmpty ? facts.landlockABI : 0,
      hasMemfdNoexec: mode == .root
        ? facts.own.hasMemfdNoexec : facts.inUserNamespace.hasMemfdNoexec,
      isUnprivileged: mode == .sameUser)
  }
}
