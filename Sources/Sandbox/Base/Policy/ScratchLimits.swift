/// The private, writable places of a job: its working folder, /tmp, /var/tmp and /dev/shm.
package struct ScratchLimits: Hashable, Sendable {
  /// Where the working folder is. The other three are always in memory.
  package enum Storage: UInt32, Sendable, CaseIterable {
    /// One tmpfs for all four, gone with the job.
    case memory = 0
    /// In the service's work folder, bounded by the limit on file sizes and the disk alone.
    case disk = 1
  }

  /// Where the working folder is; in memory by default.
  package var storage: Storage = .memory
  /// Bytes of the tmpfs; 1 MiB to 1 TiB.
  package var bytes: UInt64 = 512 << 20
  /// Files, folders and links in the tmpfs; 64 to 16 Mi.
  package var inodes: UInt64 = 65_536

  /// Values that `bytes` may have.
  package static let bytesRange: ClosedRange<UInt64> = 1 << 20...1 << 40
  /// Values that `inodes` may have.
  package static let inodesRange: ClosedRange<UInt64> = 64...16 << 20

  /// Limits with their defaults.
  package init() {}
}
