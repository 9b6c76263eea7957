internal import Glibc

/// An IPv4 or IPv6 address.
package struct NetworkAddress: Hashable, Sendable, CustomStringConvertible {
  /// 4 bytes of an IPv4 address, or 16 of an IPv6 address.
  package let bytes: [UInt8]

  /// An address of these bytes, in network order.
  ///
  /// - Returns: nil for any other number of bytes.
  package init?(bytes: [UInt8]) {
    guard bytes.count == 4 || bytes.count == 16 else { return nil }
    self.bytes = bytes
  }

  /// Parses a numeric address.
  ///
  /// - Returns: nil for what is no numeric address: inet_pton(3), which ends at a NUL.
  package init?(_ text: String) {
    guard !text.utf8.contains(0) else { return nil }
    for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
      var bytes = [UInt8](repeating: 0, count: count)
      // SAFETY: inet_pton(3) writes 4 or 16 bytes, as the family says, into an array of that size.
      if unsafe inet_pton(family, text, &bytes) == 1 {
        self.bytes = bytes
        return
      }
    }
    return nil
  }

  /// Whether only this machine reaches it: 127.0.0.0/8 and ::1.
  package var isLoopback: Bool {
    bytes.count == 4 ? bytes[0] == 127 : bytes.last == 1 && bytes.dropLast().allSatisfy { $0 == 0 }
  }

  /// Whether it is of one link: 169.254.0.0/16 and fe80::/10.
  package var isLinkLocal: Bool {
    bytes.count == 4
      ? bytes[0] == 169 && bytes[1] == 254 : bytes[0] == 0xfe && bytes[1] & 0xc0 == 0x80
  }

  /// Whether it stands for all addresses of a machine: 0.0.0.0 and ::.
  package var isUnspecified: Bool { bytes.allSatisfy { $0 == 0 } }

  /// The IPv4 address in an IPv4-mapped one (RFC 4291, section 2.5.5.2); nil in any other.
  package var mappedIPv4: NetworkAddress? {
    let prefix: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]
    guard bytes.count == 16, bytes.starts(with: prefix) else { return nil }
    return NetworkAddress(bytes: Array(bytes[12...]))
  }

  /// Whether the first `prefix` bits are those of `network`.
  ///
  /// - Parameter prefix: 0 to 32, or to 128.
  package func isIn(_ network: NetworkAddress, prefix: Int) -> Bool {
    guard bytes.count == network.bytes.count else { return false }
    for (index, pair) in zip(bytes, network.bytes).enumerated() {
      let mask = Self.mask(ofByte: index, prefix: prefix)
      guard pair.0 & mask == pair.1 & mask else { return false }
    }
    return true
  }

  /// Whether any bit behind the first `prefix` is set: then it is no network of that prefix.
  ///
  /// - Parameter prefix: 0 to 32, or to 128.
  package func hasBits(behind prefix: Int) -> Bool {
    bytes.enumerated().contains { $1 & ~Self.mask(ofByte: $0, prefix: prefix) != 0 }
  }

  /// The bits of one byte that belong to a prefix.
  private static func mask(ofByte index: Int, prefix: Int) -> UInt8 {
    let bits = min(max(prefix - 8 * index, 0), 8)
    return UInt8(truncatingIfNeeded: 0xff00 >> bits)
  }

  /// Canonical text of the address, as inet_ntop(3) writes it.
  package var description: String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    let family = bytes.count == 4 ? AF_INET : AF_INET6
    // SAFETY: inet_ntop(3) reads 4 or 16 bytes, as the family says, and writes at most
    // `text.count`.
    guard unsafe inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return "?" }
    return String(
      decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
