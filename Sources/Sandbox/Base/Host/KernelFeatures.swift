internal import SystemBase

/// What the running kernel and this host offer to a process with this one's rights, as found by
/// trying. A value, so that tests can make up any host.
package struct KernelFeatures: Hashable, Sendable {
  /// A kind of namespace (namespaces(7)).
  package enum Namespace: String, CaseIterable, Hashable, Sendable {
    case pid
    case mount
    case network
    case ipc
    case uts
    case cgroup
    case user
  }

  /// cgroup v2 as this process finds it.
  package struct ControlGroups: Hashable, Sendable {
    /// Why there is no usable cgroup v2; nil where there is one.
    package var missing: String?
    /// Controllers that this process can hand on to its jobs: `memory`, `pids`, `cpu`, `io`.
    package var controllers: Set<String> = []
    /// Whether the controller `io` has weights: only kernels with a scheduler of disks for it do.
    package var hasIOWeight = true
    /// What would add the missing controllers, for the operator; empty when all four are there.
    package var remedy = ""

    /// A host whose cgroup v2 has no controller to hand on.
    package init() {}
  }

  /// Release of the kernel, as uname(2) has it.
  package var release = ""
  /// ABI of Landlock; 0 where there is no Landlock.
  package var landlockABI = 0
  /// Why Landlock cannot be used: the kernel has none, or has one and does not let this process
  /// restrict itself; empty where it can.
  package var landlockRefusal = ""
  /// Whether a seccomp filter can be loaded (seccomp(2)).
  package var hasSeccomp = true
  /// Why no filter can be loaded; empty where one can.
  package var seccompRefusal = ""
  /// Whether a filter can have a listener (SECCOMP_RET_USER_NOTIF, seccomp_unotify(2)).
  package var hasSeccompListener = true
  /// Whether a session keyring can be joined (session-keyring(7)).
  package var hasKeyring = true
  /// What can be made with the rights of this process as it is.
  package var own = NamespaceSupport()
  /// What can be made inside a new user namespace, as an unprivileged start has it.
  package var inUserNamespace = NamespaceSupport()
  /// cgroup v2 as this process finds it.
  package var cgroup = ControlGroups()
  /// Who this process is, in its user namespace.
  package var privilege = Privilege()
  /// Content of /proc/sys/kernel/core_pattern (core(5)).
  package var corePattern = ""
  /// /proc/sys/user/max_user_namespaces; nil where it cannot be read.
  package var userNamespacesMax: UInt64?
  /// AppArmor takes the rights in user namespaces away from programs without a profile.
  package var appArmorRestrictsUserNamespaces = false

  /// A host without Landlock and without controllers that has all the rest: the base of test hosts.
  package init() {}

  /// Those that can be made with this process's rights; `own.refusals` has the kernel's reason for
  /// each that cannot.
  package var namespaces: Set<Namespace> {
    get { own.namespaces }
    set { own.namespaces = newValue }
  }
  /// The sysctl vm.memfd_noexec, and that it belongs to the PID namespace (6.3).
  package var hasMemfdNoexec: Bool {
    get { own.hasMemfdNoexec }
    set { own.hasMemfdNoexec = newValue }
  }
  /// Whether this process can take any id that it maps, and do all that a launcher does as root.
  package var isPrivileged: Bool { privilege.gap == nil }

  /// What a pipe in core_pattern names: a program that the kernel runs as root with the memory of a
  /// job that crashed, whatever the job's limit on core files; nil where cores are files.
  package var corePipe: String? {
    guard corePattern.hasPrefix("|") else { return nil }
    return corePattern.dropFirst().fields(separatedBy: " ").first.map(String.init) ?? ""
  }
}
