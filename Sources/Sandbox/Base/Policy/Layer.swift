/// What stands between a job and the host, one name for each part of it: the rows of SECURITY.md.
///
/// The raw values are what policies, `doctor` and jobs say.
package enum Layer: String, CaseIterable, Hashable, Sendable, Comparable {
  case executable
  case descriptors
  case environment
  case limits
  case cgroup
  case cgroupLimits = "cgroup-limits"
  case identity
  case groups
  case capabilities
  case noNewPrivs = "no-new-privs"
  case pidNamespace = "pid-namespace"
  case mountNamespace = "mount-namespace"
  case networkNamespace = "network-namespace"
  case ipcNamespace = "ipc-namespace"
  case utsNamespace = "uts-namespace"
  case cgroupNamespace = "cgroup-namespace"
  case scratch
  case keyring
  case memfd
  case landlockFiles = "landlock-files"
  case landlockNetwork = "landlock-network"
  case landlockScopes = "landlock-scopes"
  case seccomp

  /// Policy may leave it out by name. The others are never left out.
  package var isDroppable: Bool {
    switch self {
    case .pidNamespace, .mountNamespace, .networkNamespace, .ipcNamespace, .utsNamespace,
      .cgroupNamespace, .keyring, .memfd, .landlockFiles, .landlockNetwork, .landlockScopes:
      true
    case .executable, .descriptors, .environment, .limits, .cgroup, .cgroupLimits, .identity,
      .groups, .capabilities, .noNewPrivs, .scratch, .seccomp:
      false
    }
  }

  /// Taken where the kernel has it and done without where it has not, unless policy requires it.
  /// All others are required by default.
  package var isOptional: Bool {
    switch self {
    case .cgroup, .cgroupLimits, .memfd, .landlockFiles, .landlockNetwork, .landlockScopes: true
    default: false
    }
  }

  /// What it does, for `doctor`: a phrase without a full stop.
  package var summary: String {
    switch self {
    case .executable: "the whitelisted file and no other is run, by descriptor"
    case .descriptors: "a job has stdin, stdout and stderr, and no other descriptor"
    case .environment: "its environment is built from nothing"
    case .limits: "setrlimit(2) of each process"
    case .cgroup: "everything that a job starts is in one cgroup: ended, frozen and billed as one"
    case .cgroupLimits: "memory, swap, processes, processor and I/O of a job as a whole"
    case .identity: "a uid and gid that no other running job has"
    case .groups: "no supplementary group"
    case .capabilities: "no capability in any of the five sets"
    case .noNewPrivs: "exec never adds privilege"
    case .pidNamespace: "a job sees and reaches its own processes only"
    case .mountNamespace: "a read-only tree of its own instead of the host's files"
    case .networkNamespace: "no interface but what policy grants"
    case .ipcNamespace: "System V memory and POSIX queues of its own"
    case .utsNamespace: "a host name of its own"
    case .cgroupNamespace: "it does not see where its cgroup stands"
    case .scratch: "/tmp, /dev/shm and the working folder are private and bounded"
    case .keyring: "a session keyring of its own"
    case .memfd: "memory files cannot be executed"
    case .landlockFiles: "file rights by path, whatever the mounts are"
    case .landlockNetwork: "TCP ports that policy does not name are refused"
    case .landlockScopes: "no signal and no abstract socket leaves the job"
    case .seccomp: "one allow-list of system calls, with checks of their arguments"
    }
  }

  package static func < (left: Layer, right: Layer) -> Bool { left.order < right.order }

  private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
