/// Bytes as hexadecimal digits in lower case, the higher half of each byte first (RFC 4648,
/// section 8, but for the case).
package enum Hexadecimal {
  /// Two digits for each byte.
  package static func text(of bytes: [UInt8]) -> String {
    // SAFETY: the closure writes two bytes for each of `bytes`, which is the capacity, and says so.
    unsafe String(unsafeUninitializedCapacity: 2 * bytes.count) { digits in
      for (index, byte) in bytes.enumerated() {
        unsafe digits[2 * index] = digit(of: byte >> 4)
        unsafe digits[2 * index + 1] = digit(of: byte & 0xf)
      }
      return 2 * bytes.count
    }
  }

  /// The 16 digits of each of two words, highest first.
  package static func text(of high: UInt64, _ low: UInt64) -> String {
    // SAFETY: the closure writes 32 bytes, which is the capacity, and says so.
    unsafe String(unsafeUninitializedCapacity: 32) { digits in
      for index in 0..<16 {
        let shift = UInt64(60 - 4 * index)
        unsafe digits[index] = digit(of: UInt8(truncatingIfNeeded: high >> shift) & 0xf)
        unsafe digits[16 + index] = digit(of: UInt8(truncatingIfNeeded: low >> shift) & 0xf)
      }
      return 32
    }
  }

  /// The bytes that digits write.
  ///
  /// - Returns: nil for an odd number of them, and for any other character than `0-9` and `a-f`.
  package static func bytes(of digits: ArraySlice<UInt8>) -> [UInt8]? {
    guard digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 2)
    var index = digits.startIndex
    while index < digits.endIndex {
      guard let high = value(of: digits[index]), let low = value(of: digits[index + 1]) else {
        return nil
      }
      bytes.append(high << 4 | low)
      index += 2
    }
    return bytes
  }

  private static func digit(of value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }

  private static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}
