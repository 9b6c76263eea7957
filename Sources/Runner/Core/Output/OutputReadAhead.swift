import Synchronization

/// Reads a stream that a file has ahead of one reader, so that the reader's thread never waits for
/// the disk. It holds two blocks at most, and one read is under way at any time.
package final class OutputReadAhead: Sendable {
  fileprivate struct Block {
    let offset: Int
    let bytes: [UInt8]
    var end: Int { offset + bytes.count }

    func contains(_ place: Int) -> Bool { offset <= place && place < end }
  }

  fileprivate struct State {
    var current: Block?
    var next: Block?
    /// Where the read that is under way began.
    var pending: Int?
    /// Where the disk failed.
    var failed: Int?
  }

  /// Bytes that are read at once.
  private static let blockBytes = 64 << 10

  private let wake: @Sendable () -> Void
  private let state = Mutex(State())

  /// - Parameter wake: called from any thread when what was pending is there; it must not block.
  package init(wake: @escaping @Sendable () -> Void) {
    self.wake = wake
  }

  /// A reading with the bytes that its file has, as far as they are here, or `isPending`.
  package func complete(_ found: OutputSlice, at offset: Int, bytesMax: Int) -> OutputSlice {
    var reading = found
    guard let file = reading.file, bytesMax > 0, reading.bytesAvailable(from: offset) > 0 else {
      return reading
    }
    let (bytes, start) = state.withLock { $0.look(at: offset, keptBytes: reading.keptBytes) }
    if let bytes { reading.bytes = bytes.prefix(bytesMax) } else { reading.isPending = true }
    if let start { read(file, at: start, keptBytes: reading.keptBytes) }
    return reading
  }

  private func read(_ file: any OutputFile, at start: Int, keptBytes: Int) {
    let count = min(Self.blockBytes, keptBytes - start)
    file.read(at: UInt64(start), count: count) { [self] bytes in
      state.withLock { $0.came(bytes, at: start) }
      wake()
    }
  }
}

extension OutputReadAhead.State {
  /// - Returns: what is here, empty where the disk failed, nil while it is pending; and where to
  ///   begin a read, if one is to begin.
  fileprivate mutating func look(
    at offset: Int, keptBytes: Int
  ) -> (bytes: ArraySlice<UInt8>?, start: Int?) {
    if let next, next.contains(offset) { (current, self.next) = (next, nil) }
    if let current, current.contains(offset) {
      let mayReadAhead = pending == nil && next == nil && current.end < keptBytes
      if mayReadAhead { pending = current.end }
      return (current.bytes[(offset - current.offset)...], mayReadAhead ? current.end : nil)
    }
    if failed == offset {
      failed = nil
      return ([], nil)
    }
    guard pending == nil else { return (nil, nil) }
    (current, next, pending) = (nil, nil, offset)
    return (nil, offset)
  }

  fileprivate mutating func came(_ bytes: [UInt8], at start: Int) {
    pending = nil
    if bytes.isEmpty {
      failed = start
    } else {
      next = OutputReadAhead.Block(offset: start, bytes: bytes)
    }
  }
}
