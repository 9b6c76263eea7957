/// Limits that a job met, as bits.
package struct LimitsMet: OptionSet, Hashable, Sendable {
  /// The bits, as they stand in messages of the launcher; unknown ones are kept and have no key.
  package let rawValue: UInt32

  /// The limits of these bits.
  package init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  /// The job ran as long as its entry allows, and was told to end.
  package static let wallClock = LimitsMet(rawValue: 1 << 0)
  /// A process used its processor time (RLIMIT_CPU, getrlimit(2)).
  package static let cpu = LimitsMet(rawValue: 1 << 1)
  /// A process reached the size of a file (RLIMIT_FSIZE).
  package static let fileSize = LimitsMet(rawValue: 1 << 2)
  /// A process came within a tenth of its writable memory (RLIMIT_DATA).
  package static let data = LimitsMet(rawValue: 1 << 3)
  /// The job had as many processes and threads as it may (pids.max of cgroups(7), RLIMIT_NPROC).
  package static let processes = LimitsMet(rawValue: 1 << 4)
  /// A process had as many open descriptors as it may (RLIMIT_NOFILE).
  package static let openFiles = LimitsMet(rawValue: 1 << 5)
  /// The job used the memory of its entry (memory.max of cgroups(7), or by sampling).
  package static let memory = LimitsMet(rawValue: 1 << 6)
  /// The scratch tmpfs was full (size of tmpfs(5)).
  package static let scratchSize = LimitsMet(rawValue: 1 << 7)
  /// The scratch tmpfs had no inode left (nr_inodes of tmpfs(5)).
  package static let scratchInodes = LimitsMet(rawValue: 1 << 8)

  /// Each limit by its key in the configuration file, in the order of the bits.
  private static let keys = [
    "wallClock", "limits.cpu", "limits.fileSize", "limits.data", "limits.processes",
    "limits.openFiles", "memory", "scratch.size", "scratch.inodes",
  ]

  /// The keys of the limits in it, in the order of the bits.
  package var keys: [String] {
    Self.keys.indices.filter { rawValue & 1 << UInt32($0) != 0 }.map { Self.keys[$0] }
  }
}
