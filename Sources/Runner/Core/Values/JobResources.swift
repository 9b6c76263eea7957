/// What a job that runs uses: processor time up to now, and memory now.
package struct JobResources: Hashable, Sendable {
  /// Processor time of all its processes, in microseconds.
  package let processorMicroseconds: UInt64
  /// Memory of all its processes, in bytes.
  package let memoryBytes: UInt64

  /// A reading: microseconds of processor time, bytes of memory.
  package init(processorMicroseconds: UInt64, memoryBytes: UInt64) {
    self.processorMicroseconds = processorMicroseconds
    self.memoryBytes = memoryBytes
  }
}
