/// The CRC-32 of ISO 3309, as gzip (RFC 1952, section 8) and Ethernet have it.
enum CyclicChecksum {
  /// The polynomial 0x04c11db7 with its bits in reverse order.
  private static let polynomial: UInt32 = 0xedb8_8320

  /// The checksum of `bytes`; 0 for none.
  static func checksum(of bytes: some Sequence<UInt8>) -> UInt32 {
    var remainder = UInt32.max
    for byte in bytes {
      remainder ^= UInt32(byte)
      for _ in 0..<8 {
        remainder = remainder & 1 == 1 ? remainder >> 1 ^ polynomial : remainder >> 1
      }
    }
    return ~remainder
  }
}
