/// Spill of an output stream to a file when it exceeds its memory limit: tried at most once a
/// stream.
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
