import CCurl
import Glibc

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
  /// - Returns: nil for what is no numeric address: inet_pton(3).
  package init?(_ text: String) {
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

  /// The address and the port of a socket address; nil for one of another family.
  static func endpoint(
    _ raw: UnsafePointer<sockaddr>, byteCount: Int
  ) -> (address: NetworkAddress, port: Int)? {
    // SAFETY: libcurl passes a whole sockaddr of `byteCount` bytes (CURLOPT_OPENSOCKETFUNCTION(3)),
    // and they are copied.
    let all = unsafe Array(UnsafeRawBufferPointer(start: raw, count: byteCount))
    let start: Int
    let count: Int
    switch (CInt(unsafe raw.pointee.sa_family), byteCount) {
    case (AF_INET, MemoryLayout<sockaddr_in>.size...): (start, count) = (4, 4)
    case (AF_INET6, MemoryLayout<sockaddr_in6>.size...): (start, count) = (8, 16)
    default: return nil
    }
    guard let address = NetworkAddress(bytes: Array(all[start..<start + count])) else { return nil }
    return (address, Int(all[2]) << 8 | Int(all[3]))
  }

  /// Whether the first `prefix` bits are those of `network`.
  package func isIn(_ network: NetworkAddress, prefix: Int) -> Bool {
    guard bytes.count == network.bytes.count else { return false }
    for (index, pair) in zip(bytes, network.bytes).enumerated() {
      let bits = min(max(prefix - 8 * index, 0), 8)
      let mask = UInt8(truncatingIfNeeded: 0xff00 >> bits)
      guard pair.0 & mask == pair.1 & mask else { return false }
    }
    return true
  }

  /// Addresses that a packet may reach: the IPv4 addresses embedded in a transition format, else
  /// the address itself.
  ///
  /// Mapped, compatible and translated forms (RFC 4291, RFC 2765), NAT64 with both prefixes (RFC
  /// 6052, RFC 8215, whose local prefix may hold it in two places), 6to4 (RFC 3056), and Teredo
  /// (RFC 4380).
  var effectiveAddresses: [NetworkAddress] {
    guard bytes.count == 16 else { return [self] }
    let zeros = bytes.prefix { $0 == 0 }.count
    let low = Array(bytes[12...])
    var found: [[UInt8]] = []
    if zeros >= 12, !(low[0...2] == [0, 0, 0] && low[3] <= 1) { found = [low] }
    if zeros == 10, bytes[10...11] == [0xff, 0xff] { found = [low] }
    if zeros == 8, bytes[8...11] == [0xff, 0xff, 0, 0] { found = [low] }
    if bytes[0...3] == [0, 0x64, 0xff, 0x9b] {
      found = bytes[4...5] == [0, 1] ? [low, Array(bytes[6...7] + bytes[9...10])] : [low]
    }
    if bytes[0...1] == [0x20, 2] { found = [Array(bytes[2...5])] }
    if bytes[0...3] == [0x20, 1, 0, 0] { found = [low.map(~)] }
    return found.isEmpty ? [self] : found.compactMap { NetworkAddress(bytes: $0) }
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
