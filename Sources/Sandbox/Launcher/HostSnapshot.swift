/// What the launcher found on its host when it was sealed.
struct HostSnapshot {
  let mode: Enforcement.Mode
  /// The id that the sandbox inits of sandboxes take.
  let initID: UInt32
  let features: KernelFeatures

  /// - Parameter cgroup: what came of making a cgroup for this launcher.
  init(_ policy: LaunchPolicy, cgroup: KernelFeatures.ControlGroups) throws(SystemCallFailure) {
    var features = try KernelProbe.features()
    features.cgroup = cgroup
    self.mode = policy.mode
    self.initID = policy.identities.sandboxInit
    self.features = features
  }

  var hasCgroups: Bool { features.cgroup.missing == nil }

  /// What the sandboxes depend on.
  var specHost: SandboxSpec.Host {
    SandboxSpec.Host(
      landlockABI: features.landlockRefusal.isEmpty ? features.landlockABI : 0,
      hasMemfdNoexec: mode == .root
        ? features.own.hasMemfdNoexec : features.inUserNamespace.hasMemfdNoexec,
      // Root of a container with ids of its own is bound as a user in a namespace of ours is.
      isUnprivileged: mode == .sameUser || features.privilege.isInUserNamespace)
  }
}
