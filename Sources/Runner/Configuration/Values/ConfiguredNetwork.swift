internal import Glibc

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
    guard parts.count <= 2, let bytes = bytes(of: String(parts[0])) else { return nil }
    let bitsMax = 8 * bytes.count
    let prefix = parts.count == 2 ? NumberValue.digits(parts[1]) : bitsMax
    guard let prefix, prefix <= bitsMax else { return nil }
    guard isClear(bytes, behind: prefix) else {
      throw ValueError("`\(text)`: the address has bits behind the first \(prefix), which count.")
    }
    guard !isMapped(bytes) else {
      throw ValueError("`\(text)`: an IPv4 network is written as one, 10.0.0.0/8.")
    }
    return (bytes, prefix)
  }

  private static func bytes(of text: String) -> [UInt8]? {
    for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
      var bytes = [UInt8](repeating: 0, count: count)
      // SAFETY: inet_pton(3) writes 4 or 16 bytes, as the family says, into an array of that size.
      if unsafe inet_pton(family, text, &bytes) == 1 { return bytes }
    }
    return nil
  }

  private static func isClear(_ bytes: [UInt8], behind prefix: Int) -> Bool {
    bytes.enumerated().allSatisfy { index, byte in
      let bits = min(max(prefix - 8 * index, 0), 8)
      return byte & UInt8(0xff >> bits) == 0
    }
  }

  private static func isMapped(_ bytes: [UInt8]) -> Bool {
    bytes.count == 16 && bytes[..<10].allSatisfy { $0 == 0 } && bytes[10...11] == [0xff, 0xff]
  }
}
