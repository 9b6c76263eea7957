/// The bytes that the file of a stream took last, for clients that follow it: one that keeps pace
/// is sent what was just written without a read from the disk. Empty while no client follows.
struct OutputCache {
  /// Bytes that are kept beside the newest write, which is always kept whole.
  static let bytesMax = 128 << 10
  /// Writes without a new waiter after which it is empty again: a client that is so far behind
  /// reads from the disk.
  private static let writesMax = 8

  private struct Block {
    let start: Int
    let bytes: [UInt8]
    var end: Int { start + bytes.count }
  }

  /// Oldest first, each beginning where the one before it ends.
  private var blocks: [Block] = []
  private var writesLeft = 0

  /// A client waits for the next bytes: the next writes are kept.
  mutating func open() { writesLeft = Self.writesMax }

  /// Forgets all of it.
  mutating func close() {
    writesLeft = 0
    blocks = []
  }

  /// Keeps the bytes of one write, which stand at `offset` of the file.
  mutating func append(_ bytes: [UInt8], at offset: Int) {
    guard writesLeft > 0 else { return }
    writesLeft -= 1
    guard writesLeft > 0 else { return close() }
    if blocks.last?.end != offset { blocks = [] }
    while let oldest = blocks.first, offset - oldest.start > Self.bytesMax {
      blocks.removeFirst()
    }
    blocks.append(Block(start: offset, bytes: bytes))
  }

  /// What it has from `offset` on, at most `bytesMax` bytes; empty where it has none there.
  func find(at offset: Int, bytesMax: Int) -> ArraySlice<UInt8> {
    guard let block = blocks.first(where: { $0.start <= offset && offset < $0.end }) else {
      return []
    }
    return block.bytes[(offset - block.start)...].prefix(bytesMax)
  }
}
