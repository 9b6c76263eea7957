/// What the running kernel and this host offer to a process with this one's rights, as found by
/// trying. A value, so that tests can make up any host.
package struct KernelFacts: Hashable, Sendable {
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
    /// Why not all of them, for the operator; empty when all four are there.
    package var remedy = ""

    package init() {}
  }

  /// As uname(2) has it.
  package var release = ""
  /// 0 where there is no Landlock.
  package var landlockABI = 0
  package var hasSeccomp = true
  /// SECCOMP_RET_USER_NOTIF and a listener.
  package var hasSeccompListener = true
  /// Those that can be made, with the kernel's reason for each that can not.
  package var namespaces: Set<Namespace> = Set(Namespace.allCases)
  package var namespaceRefusals: [Namespace: String] = [:]
  package var cgroup = ControlGroups()
  /// The sysctl vm.memfd_noexec, and that it belongs to the PID namespace (6.3).
  package var hasMemfdNoexec = true
  /// /proc/sys/kernel/core_pattern.
  package var corePattern = ""
  /// Whether this process is root in the first user namespace's sense: it can take any id.
  package var isPrivileged = true

  package init() {}
}
