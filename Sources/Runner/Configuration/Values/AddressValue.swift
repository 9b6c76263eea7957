internal import NetworkBase

/// The address to listen on: numeric, so that no name server has a say in who is served.
package enum AddressValue {
  /// Checks an address to listen on.
  ///
  /// - Returns: `text`, unchanged.
  /// - Throws: `ValueError` for everything but a numeric IPv4 or IPv6 address.
  package static func parse(_ text: String) throws(ValueError) -> String {
    guard NetworkAddress(text) != nil else {
      throw ValueError(
        "It must be a numeric IPv4 or IPv6 address, not a name or an interface.")
    }
    return text
  }

  /// True for 127.0.0.0/8 and ::1: only this machine reaches them.
  package static func isLoopback(_ text: String) -> Bool {
    NetworkAddress(text)?.isLoopback ?? false
  }
}
