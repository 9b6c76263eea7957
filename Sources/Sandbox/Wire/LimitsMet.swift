/// Limits that a job met, as bits.
package struct LimitsMet: OptionSet, Hashable, Sendable {
  package let rawValue: UInt32

  package init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  package static let wallClock = LimitsMet(rawValue: 1 << 0)
  package static let cpu = LimitsMet(rawValue: 1 << 1)
  package static let fileSize = LimitsMet(rawValue: 1 << 2)
  package static let data = LimitsMet(rawValue: 1 << 3)
  package static let processes = LimitsMet(rawValue: 1 << 4)
  package static let openFiles = LimitsMet(rawValue: 1 << 5)
  package static let memory = LimitsMet(rawValue: 1 << 6)
  package static let scratchSize = LimitsMet(rawValue: 1 << 7)
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
