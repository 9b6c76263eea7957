/// Spill of an output stream to a file when it exceeds its memory limit: tried at most once a
/// stream.
package struct OutputSpill: Sendable {
  /// Bytes of a stream that stay in memory.
  package let memoryBytesMax: Int
  /// Names the file; it must not block. Where the file then takes nothing, the stream stays in
  /// memory.
  package let open: @Sendable () -> any OutputFile

  /// A spill of what exceeds `memoryBytesMax` bytes to the file that `open` names.
  package init(memoryBytesMax: Int, open: @escaping @Sendable () -> any OutputFile) {
    self.memoryBytesMax = memoryBytesMax
    self.open = open
  }
}
