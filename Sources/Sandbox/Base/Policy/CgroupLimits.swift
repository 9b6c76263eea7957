/// Limits of a job as a whole (cgroup v2, Documentation/admin-guide/cgroup-v2.rst). They hold where
/// the controllers are delegated to the service; the limits of each process stand in elsewhere.
package struct CgroupLimits: Hashable, Sendable {
  /// Bounds on one block device.
  package struct Device: Hashable, Sendable {
    /// Major number of the device (makedev(3)).
    package var major: UInt32
    /// Minor number of the device.
    package var minor: UInt32
    /// Bytes read in a second; nil for no bound.
    package var readBytes: UInt64?
    /// Bytes written in a second; nil for no bound.
    package var writeBytes: UInt64?
    /// Read operations in a second; nil for no bound.
    package var readOperations: UInt64?
    /// Write operations in a second; nil for no bound.
    package var writeOperations: UInt64?

    /// A device without a bound.
    package init(major: UInt32, minor: UInt32) {
      self.major = major
      self.minor = minor
    }
  }

  /// memory.max in bytes: all memory of the job, its tmpfs included; at least 4 MiB.
  package var memoryBytes: UInt64 = 4 << 30
  /// memory.swap.max in bytes, beside `memoryBytes`; 0, the default, for no swap.
  package var swapBytes: UInt64 = 0
  /// pids.max: processes and threads, 1 to 4,194,304.
  package var processes: UInt64 = 256
  /// cpu.max: hundredths of one processor (150 is one and a half); nil for no bound.
  package var cpuPercent: UInt32?
  /// cpu.weight: 1 to 10000; the kernel's own default is 100.
  package var cpuWeight: UInt32 = 100
  /// io.weight: 1 to 10000; nil leaves the kernel's default.
  package var ioWeight: UInt32?
  /// io.max: bounds on block devices, one for each device.
  package var devices: [Device] = []

  /// Limits with their defaults.
  package init() {}
}
