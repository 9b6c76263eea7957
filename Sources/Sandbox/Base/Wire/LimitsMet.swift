/// Limits that a job met, as bits.
package struct LimitsMet: OptionSet, Hashable, Sendable {
  package let rawValue: UInt32

  /// Limits by their bits on the wire.
  package init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  /// Time by the wall clock.
  package static let wallClock = LimitsMet(rawValue: 1 << 0)
  /// Processor time of a process.
  package static let cpu = LimitsMet(rawValue: 1 << 1)
  /// Size of a file.
  package static let fileSize = LimitsMet(rawValue: 1 << 2)
  /// Memory of a process.
  package static let data = LimitsMet(rawValue: 1 << 3)
  /// Processes and threads.
  package static let processes = LimitsMet(rawValue: 1 << 4)
  /// Open descriptors of a process.
  package static let openFiles = LimitsMet(rawValue: 1 << 5)
  /// Memory of the job as a whole.
  package static let memory = LimitsMet(rawValue: 1 << 6)
  /// Bytes of the private folders.
  package static let scratchSize = LimitsMet(rawValue: 1 << 7)
  /// Files of the private folders.
  package static let scratchInodes = LimitsMet(rawValue: 1 << 8)

  /// Each limit by its key in the configuration file, in the order of the bits.
  private static let keys = [
    "wallClock", "limits.cpu", "limits.fileSize", "limits.data", "limits.processes",
    "limits.openFiles", "memory", "scratch.size", "scratch.inodes",
  ]

  /// The keys of the limits in it.
  package var keys: [String] {
    Self.keys.indices.filter { rawValue & 1 << UInt32($0) != 0 }.map { Self.keys[$0] }
  }
}
