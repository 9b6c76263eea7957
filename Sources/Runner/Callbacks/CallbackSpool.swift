import Synchronization

/// Where encoded bodies of deliveries are kept while they are signed and sent, so that each is
/// encoded once: in memory, up to a bound for all of them together, and beyond a bound for each in
/// a file without a name.
package final class CallbackSpool: Sendable {
  /// Bytes of one body that stay in memory where it can go on in a file.
  let memoryBytesMax: Int
  /// Bytes of all bodies in memory together. A body for which there is neither room nor a file is
  /// encoded again each time that it is read.
  package static let memoryBytesTotalMax = 64 << 20

  private let usedBytes = Mutex<Int>(0)
  private let totalMax: Int
  private let openFile: @Sendable () -> CInt?

  /// A spool that holds nothing.
  ///
  /// - Parameters:
  ///   - memoryBytesMax: bytes of one body in memory, where it can go on in a file.
  ///   - memoryBytesTotalMax: bytes of all bodies in memory together.
  ///   - openFile: opens a new, empty file to read and write that has no name, and answers its
  ///     descriptor, which becomes this object's; nil where there is no disk to use, or it fails.
  package init(
    memoryBytesMax: Int = 1 << 20,
    memoryBytesTotalMax: Int = CallbackSpool.memoryBytesTotalMax,
    openFile: @escaping @Sendable () -> CInt? = { nil }
  ) {
    self.memoryBytesMax = memoryBytesMax
    self.totalMax = memoryBytesTotalMax
    self.openFile = openFile
  }

  /// Bytes that bodies have in memory now.
  var memoryBytes: Int { usedBytes.withLock(\.self) }

  /// Opens a file for one body.
  ///
  /// - Returns: nil where there is no disk to use, or it fails.
  func file() -> SpoolFile? { openFile().map { SpoolFile(adopting: $0) } }

  /// Takes `count` bytes of memory for a body.
  ///
  /// - Returns: false where they are not there.
  func charge(_ count: Int) -> Bool {
    usedBytes.withLock { used in
      guard used + count <= totalMax else { return false }
      used += count
      return true
    }
  }

  func refund(_ count: Int) {
    usedBytes.withLock { $0 -= count }
  }
}
