/// A network and its ports: `10.0.0.0/8:8080-8099`, `[fd00::/8]:443`, `127.0.0.1:9100`.
package struct CallbackNetwork: Hashable, Sendable {
  /// Address of the network: 4 or 16 bytes.
  package let bytes: [UInt8]
  /// Prefix length in bits, 0 to 32 or to 128.
  package let prefix: Int
  /// TCP ports, 1 to 65,535.
  package let ports: ClosedRange<Int>

  /// Reads `ADDRESS[/PREFIX]:PORT[-PORT]`, with an IPv6 network in brackets.
  ///
  /// - Throws: `ValueError` for another form, for an address with bits behind its prefix, and for
  ///   an IPv4 network in IPv6 form.
  package init(_ text: String) throws(ValueError) {
    guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")) else { throw Self.malformed(text) }
    var network = text[..<colon]
    let isBracketed = network.hasPrefix("[") && network.hasSuffix("]")
    if isBracketed { network = network.dropFirst().dropLast() }
    let ports = Self.ports(text[colon...].dropFirst())
    guard let ports, let found = try ConfiguredNetwork.parse(network, in: text),
      isBracketed == (found.bytes.count == 16)
    else { throw Self.malformed(text) }
    self.bytes = found.bytes
    self.prefix = found.prefix
    self.ports = ports
  }

  private static func malformed(_ text: String) -> ValueError {
    ValueError(
      "`\(text)` is no network with ports: 10.0.0.0/8:8080-8099, [fd00::/8]:443, 127.0.0.1:9100.")
  }

  private static func ports(_ text: Substring) -> ClosedRange<Int>? {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false)
    guard (1...2).contains(ends.count), let first = NumberValue.digits(ends[0]),
      let last = NumberValue.digits(ends[ends.count - 1]), first <= last,
      (1...65_535).contains(first), last <= 65_535
    else { return nil }
    return first...last
  }
}
