/// Limits of a job as a whole (cgroup v2, Documentation/admin-guide/cgroup-v2.rst). They hold where
/// the controllers are delegated to the service; the limits of each process stand in elsewhere.
package struct CgroupLimits: Hashable, Sendable {
  /// Bounds on one block device.
  package struct Device: Hashable, Sendable {
    package var major: UInt32
    package var minor: UInt32
    /// Bytes and operations a second; nil for no bound.
    package var readBytes: UInt64?
    package var writeBytes: UInt64?
    package var readOperations: UInt64?
    package var writeOperations: UInt64?

    package init(major: UInt32, minor: UInt32) {
      self.major = major
      self.minor = minor
    }
  }

  /// memory.max: all memory of the job, its tmpfs included; at least 4 MiB.
  package var memoryBytes: UInt64 = 4 << 30
  /// memory.swap.max.
  package var swapBytes: UInt64 = 0
  /// pids.max: processes and threads.
  package var processes: UInt64 = 2048
  /// cpu.max: hundredths of one processor (150 is one and a half); nil for no bound.
  package var cpuPercent: UInt32?
  /// cpu.weight: 1 to 10000; the kernel's own default is 100.
  package var cpuWeight: UInt32 = 100
  /// io.weight: 1 to 10000; nil leaves it alone.
  package var ioWeight: UInt32?
  /// io.max.
  package var devices: [Device] = []

  package init() {}
}
