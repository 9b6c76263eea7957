/// The port to a file that holds an output stream too long for memory. It only grows.
///
/// The storage reads and writes on threads of its own, a bounded number, so that no caller waits
/// for a disk. Each `done` is called once, on one of those threads, and must not block.
package protocol OutputFile: Sendable {
  /// Writes `bytes` at the end. The next write is asked for only once this one is done.
  ///
  /// - Parameter done: gets how many of them are in the file; fewer than all when the disk takes no
  ///   more.
  func append(_ bytes: [UInt8], then done: @escaping @Sendable (Int) -> Void)

  /// Reads at most `count` bytes from `offset` on.
  ///
  /// - Parameter done: gets the bytes; fewer at the end, or where the disk fails.
  func read(at offset: UInt64, count: Int, then done: @escaping @Sendable ([UInt8]) -> Void)

  /// At most `count` bytes from `offset`; fewer at the end, or where the disk fails. Waits for the
  /// disk on the caller's thread, which must be one that may (docs/threads.md).
  func read(at offset: UInt64, count: Int) -> [UInt8]

  /// Whether `transfer` can send it.
  var isTransferable: Bool { get }

  /// Sends at most `count` bytes from `offset` on to a socket, without passing through the memory
  /// of the process. Waits for the disk, but not for the socket, which must not block.
  ///
  /// - Parameters:
  ///   - socket: open until `done` is called.
  ///   - done: gets what became of it.
  func transfer(
    at offset: UInt64, count: Int, to socket: CInt,
    then done: @escaping @Sendable (TransferStep) -> Void)

  /// Writes all of it through to the disk.
  ///
  /// - Parameter done: gets false when the disk failed.
  func sync(then done: @escaping @Sendable (Bool) -> Void)
}

extension OutputFile {
  /// False, where a file says nothing else.
  package var isTransferable: Bool { false }

  /// Fails, where a file cannot do it.
  package func transfer(
    at offset: UInt64, count: Int, to socket: CInt,
    then done: @escaping @Sendable (TransferStep) -> Void
  ) { done(.failed) }
}
