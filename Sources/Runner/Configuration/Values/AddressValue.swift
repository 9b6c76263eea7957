internal import Glibc

/// The address to listen on: numeric, so that no name server has a say in who is served.
package enum AddressValue {
  /// Checks an address to listen on.
  ///
  /// - Returns: `text`, unchanged.
  /// - Throws: `ValueError` for everything but a numeric IPv4 or IPv6 address.
  package static func parse(_ text: String) throws(ValueError) -> String {
    guard bytes(of: text, AF_INET, 4) != nil || bytes(of: text, AF_INET6, 16) != nil else {
      throw ValueError(
        "It must be a numeric IPv4 or IPv6 address, not a name or an interface.")
    }
    return text
  }

  /// True for 127.0.0.0/8 and ::1: only this machine reaches them.
  package static func isLoopback(_ text: String) -> Bool {
    if let address = bytes(of: text, AF_INET, 4) { return address[0] == 127 }
    if let address = bytes(of: text, AF_INET6, 16) {
      return address == [UInt8](repeating: 0, count: 15) + [1]
    }
    return false
  }

  private static func bytes(of text: String, _ family: CInt, _ count: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    // SAFETY: inet_pton(3) writes 4 or 16 bytes, as the family says, into an array of that size.
    return unsafe inet_pton(family, text, &bytes) == 1 ? bytes : nil
  }
}
