/// Where an output stream goes on when it is too long for memory: tried at most once a stream.
package struct OutputSpill: Sendable {
  /// Bytes of a stream that stay in memory.
  package let memoryBytesMax: Int
  /// Makes the file, or says nothing where that fails: the stream then stays in memory.
  package let open: @Sendable () -> (any OutputFile)?

  package init(memoryBytesMax: Int, open: @escaping @Sendable () -> (any OutputFile)?) {
    self.memoryBytesMax = memoryBytesMax
    self.open = open
  }
}
