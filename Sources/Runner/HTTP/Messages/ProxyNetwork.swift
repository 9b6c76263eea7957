import Glibc

/// A network of proxies: an address, of which the first bits count.
package struct ProxyNetwork: Hashable, Sendable {
  private let bytes: [UInt8]
  private let prefix: Int

  /// The network of an address.
  ///
  /// - Parameters:
  ///   - bytes: 4 of an IPv4 address, or 16 of an IPv6 one.
  ///   - prefix: bits that count, 0 to 32 or to 128.
  package init(bytes: [UInt8], prefix: Int) {
    self.bytes = bytes
    self.prefix = prefix
  }

  /// Whether the address is in this network: of the same family, with the same first bits.
  func contains(_ address: [UInt8]) -> Bool {
    guard address.count == bytes.count else { return false }
    return zip(address, bytes).enumerated().allSatisfy { index, pair in
      let bits = min(max(prefix - 8 * index, 0), 8)
      let mask = UInt8(truncatingIfNeeded: 0xff00 >> bits)
      return pair.0 & mask == pair.1 & mask
    }
  }
}
