/// The last bytes of a stream that is longer than what is kept from its start: a ring buffer.
struct OutputTail {
  /// Bytes that it holds at most.
  let bytesMax: Int
  private var ring: [UInt8] = []
  /// Where the oldest byte is, once the ring is full.
  private var oldest = 0

  init(bytesMax: Int) {
    self.bytesMax = bytesMax
    ring.reserveCapacity(bytesMax)
  }

  var count: Int { ring.count }

  mutating func append(_ bytes: ArraySlice<UInt8>) {
    var rest = bytes.suffix(bytesMax)
    let free = rest.prefix(bytesMax - ring.count)
    ring.append(contentsOf: free)
    rest = rest.dropFirst(free.count)
    while !rest.isEmpty {
      let piece = rest.prefix(bytesMax - oldest)
      ring.replaceSubrange(oldest..<(oldest + piece.count), with: piece)
      oldest = (oldest + piece.count) % bytesMax
      rest = rest.dropFirst(piece.count)
    }
  }

  /// All bytes, oldest first.
  ///
  /// - Parameter isCut: whether bytes before them are gone: the rest of a character that began
  ///   there (RFC 3629, section 3) is left out, so that none is made of two halves.
  func bytes(isCut: Bool) -> [UInt8] {
    let all = Array(ring[oldest...] + ring[..<oldest])
    guard isCut else { return all }
    let halves = all.prefix(3).prefix { $0 & 0xc0 == 0x80 }.count
    return Array(all.dropFirst(halves))
  }
}
