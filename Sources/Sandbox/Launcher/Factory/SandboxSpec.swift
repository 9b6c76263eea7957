internal import CLaunch

/// Everything that a sandbox is built from. Entries with equal specs share a pool of sandboxes.
package struct SandboxSpec: Hashable, Sendable {
  /// The network namespace of a job.
  package enum Network: UInt32, Sendable {
    /// The empty one that all of them share.
    case shared = 0
    /// An empty one of its own.
    case own = 1
    /// One of its own with a loopback interface.
    case loopback = 2
    /// The host's.
    case host = 3
  }

  /// A TCP port, and what a job may do with it.
  package struct Port: Hashable, Sendable {
    /// TCP port, 0 to 65,535.
    package let number: UInt16
    /// Landlock's rights over the port, as bits: bind is 1, connect 2 (linux/landlock.h).
    package let access: UInt64
  }

  /// Bits of `sandbox_namespace`, the network's apart.
  package var namespaces: UInt32
  /// Network namespace of the jobs.
  package var network: Network
  /// Whether memfd_create(2) makes no file that can be executed: 2 in vm.memfd_noexec.
  package var forbidsMemoryFiles: Bool
  /// Nothing that a job wrote can be executed, and it cannot write its own code through /proc: what
  /// the profile `compute` promises beyond its filter.
  package var forbidsNewCode: Bool
  /// Whether /etc/passwd and /etc/group are files of each sandbox's own, in which the launcher
  /// names the job's ids.
  package var hasAccountFiles: Bool
  /// Whether a host path on the root file system fails the launch.
  package var requiresMounts: Bool
  /// Bytes of the tmpfs; 0 where there is none.
  package var scratchBytes: UInt64
  /// Files, folders and links in the tmpfs; 0 where there is none.
  package var scratchInodes: UInt64
  /// What is in the tree; empty where the job has none of its own.
  package var tree: [TreeItem]
  /// Rights over files that Landlock handles; no ruleset where all three are 0.
  package var handledFiles: UInt64
  /// Rights over TCP ports that Landlock handles.
  package var handledPorts: UInt64
  /// Scopes that Landlock restricts: abstract sockets and signals.
  package var scoped: UInt64
  /// Ports that the ruleset allows; empty where `handledPorts` is 0.
  package var ports: [Port]

  /// Whether jobs have a mount namespace, and in it a tree of their own.
  package var hasTree: Bool { namespaces & SANDBOX_MOUNT.rawValue != 0 }
  /// Whether jobs have a PID namespace.
  package var hasPIDNamespace: Bool { namespaces & SANDBOX_PID.rawValue != 0 }

  /// Whether any part has to be built before a launch.
  var isNeeded: Bool {
    namespaces != 0 || network != .host || handledFiles | handledPorts | scoped != 0
  }

  /// CLONE_NEW… of what a job joins (linux/sched.h), PID namespace apart.
  var joined: UInt32 {
    var flags: UInt32 = 0
    if namespaces & SANDBOX_MOUNT.rawValue != 0 { flags |= 0x0002_0000 }
    if namespaces & SANDBOX_UTS.rawValue != 0 { flags |= 0x0400_0000 }
    if namespaces & SANDBOX_IPC.rawValue != 0 { flags |= 0x0800_0000 }
    if network == .own || network == .loopback { flags |= 0x4000_0000 }
    return flags
  }
}
