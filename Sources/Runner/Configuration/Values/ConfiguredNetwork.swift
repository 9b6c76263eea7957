internal import NetworkBase

/// A network without ports: `10.0.0.0/8`, `fd00::/8`, or a single address.
package struct ConfiguredNetwork: Hashable, Sendable {
  /// Address of the network: 4 or 16 bytes.
  package let bytes: [UInt8]
  /// Prefix length in bits, 0 to 32 or to 128.
  package let prefix: Int
  /// As it was given.
  let text: String

  /// Reads `ADDRESS[/PREFIX]`.
  ///
  /// - Throws: `ValueError` for another form, for an address with bits behind its prefix, and for
  ///   an IPv4 network in IPv6 form.
  package init(_ text: String) throws(ValueError) {
    guard let found = try Self.parse(text[...], in: text) else {
      throw ValueError("`\(text)` is no network: 10.0.0.0/8, fd00::/8, 127.0.0.1.")
    }
    self.bytes = found.bytes
    self.prefix = found.prefix
    self.text = text
  }

  /// - Parameter text: what `network` is a part of, for messages.
  /// - Returns: nil for another form.
  static func parse(
    _ network: Substring, in text: String
  ) throws(ValueError) -> (bytes: [UInt8], prefix: Int)? {
    let parts = network.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let address = NetworkAddress(String(parts[0])) else { return nil }
    let bitsMax = 8 * address.bytes.count
    let prefix = parts.count == 2 ? NumberValue.digits(parts[1]) : bitsMax
    guard let prefix, prefix <= bitsMax else { return nil }
    guard !address.hasBits(behind: prefix) else {
      throw ValueError("`\(text)`: the address has bits behind the first \(prefix), which count.")
    }
    guard address.mappedIPv4 == nil else {
      throw ValueError("`\(text)`: an IPv4 network is written as one, 10.0.0.0/8.")
    }
    return (address.bytes, prefix)
  }
}
