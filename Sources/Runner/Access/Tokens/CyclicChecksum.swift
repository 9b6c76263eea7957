/// The CRC-32 of ISO 3309, as gzip (RFC 1952, section 8) and Ethernet have it.
enum CyclicChecksum {
  /// The polynomial 0x04c11db7 with its bits in reverse order.
  private static let polynomial: UInt32 = 0xedb8_8320

  /// What a byte makes of a remainder, for each byte.
  private static let table: [UInt32] = (UInt32.min...255).map { byte in
    (0..<8).reduce(byte) { rest, _ in rest & 1 == 1 ? rest >> 1 ^ polynomial : rest >> 1 }
  }

  /// The checksum of `bytes`; 0 for none.
  static func checksum(of bytes: some Sequence<UInt8>) -> UInt32 {
    var remainder = UInt32.max
    for byte in bytes {
      remainder = table[Int((remainder ^ UInt32(byte)) & 0xff)] ^ remainder >> 8
    }
    return ~remainder
  }
}
