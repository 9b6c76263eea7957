/// The port to a file that holds an output stream too long for memory. It only grows.
package protocol OutputFile: Sendable {
  /// Writes `bytes` at the end. It may block on the disk.
  ///
  /// - Returns: how many of them are in the file; fewer than all when the disk takes no more.
  func append(_ bytes: ArraySlice<UInt8>) -> Int

  /// At most `count` bytes from `offset`; fewer at the end, or where the disk fails.
  func read(at offset: UInt64, count: Int) -> [UInt8]

  /// Returns when the disk has all of it.
  ///
  /// - Returns: false when the disk failed.
  func sync() -> Bool
}
