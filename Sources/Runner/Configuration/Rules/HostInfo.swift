/// Processors and memory of the host that a configuration is checked against.
package struct HostInfo: Hashable, Sendable {
  /// Processors that this machine has, whether they are on or not.
  package let processorCount: Int
  /// Bytes of physical memory.
  package let memoryBytes: UInt64

  /// A host of this size.
  package init(processorCount: Int, memoryBytes: UInt64) {
    self.processorCount = processorCount
    self.memoryBytes = memoryBytes
  }
}
