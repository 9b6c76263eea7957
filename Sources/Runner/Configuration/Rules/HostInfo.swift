/// Processors, memory and time zones of the host that a configuration is checked against.
package struct HostInfo: Sendable {
  /// Processors that this machine has, whether they are on or not.
  package let processorCount: Int
  /// Bytes of physical memory.
  package let memoryBytes: UInt64
  /// The file of a time zone; nil where there is none.
  package let timeZoneFile: @Sendable (String) -> [UInt8]?

  /// A host of this size; by default it has no time zones.
  package init(
    processorCount: Int, memoryBytes: UInt64,
    timeZoneFile: @escaping @Sendable (String) -> [UInt8]? = { _ in nil }
  ) {
    self.timeZoneFile = timeZoneFile
    self.processorCount = processorCount
    self.memoryBytes = memoryBytes
  }
}
