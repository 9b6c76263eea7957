import NetworkBase

extension NetworkAddress {
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
}
