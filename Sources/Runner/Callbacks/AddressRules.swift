package import NetworkBase

/// Which addresses callbacks may go to. Checked on the address that is connected to, after name
/// resolution, so that DNS rebinding cannot evade it.
package struct AddressRules: Hashable, Sendable {
  /// A special-purpose address block (RFC 6890), refused unless a rule names it.
  private struct SpecialNetwork: Sendable {
    let network: String
    let prefix: Int
    let what: String
    /// Refused only where the service itself listens on more than loopback.
    var isForExposedServicesOnly = false
  }

  /// Nothing else may be reached; nil for anything that is not special.
  package var allowed: [AddressRule]?
  /// Where the service listens; empty where no address counts as its own.
  package var listening: [SocketAddress]

  private static let specialNetworks = [
    SpecialNetwork(network: "0.0.0.0", prefix: 8, what: "an unspecified address"),
    SpecialNetwork(network: "::", prefix: 128, what: "an unspecified address"),
    SpecialNetwork(
      network: "127.0.0.0", prefix: 8, what: "loopback", isForExposedServicesOnly: true),
    SpecialNetwork(network: "::1", prefix: 128, what: "loopback", isForExposedServicesOnly: true),
    SpecialNetwork(network: "169.254.0.0", prefix: 16, what: "link-local"),
    SpecialNetwork(network: "fe80::", prefix: 10, what: "link-local"),
    SpecialNetwork(network: "224.0.0.0", prefix: 4, what: "multicast"),
    SpecialNetwork(network: "ff00::", prefix: 8, what: "multicast"),
    SpecialNetwork(network: "240.0.0.0", prefix: 4, what: "a reserved address"),
  ]

  /// Rules for one configuration of the service.
  ///
  /// - Parameters:
  ///   - allowed: nil for every address that is not special.
  ///   - listening: where the service listens; empty where no address counts as its own.
  package init(allowed: [AddressRule]? = nil, listening: [SocketAddress] = []) {
    self.allowed = allowed
    self.listening = listening
  }

  /// Why nothing is sent there; nil where it may.
  ///
  /// - Parameter isOwn: whether an address is one of this machine's; asked only where the service
  ///   listens on all of them.
  package func refusal(
    of address: NetworkAddress, port: Int, isOwn: (NetworkAddress) -> Bool
  ) -> String? {
    for effective in address.effectiveAddresses {
      if let what = refused(effective, port, isOwn) {
        return "\(address) port \(port) is \(what)"
      }
    }
    return nil
  }

  private func refused(
    _ address: NetworkAddress, _ port: Int, _ isOwn: (NetworkAddress) -> Bool
  ) -> String? {
    let rules = (allowed ?? []).filter { $0.allows(address, port: port) }
    if isService(address, port, isOwn) {
      // Named as itself, and not as one of many.
      let bits = 8 * address.bytes.count
      return rules.contains { $0.prefix == bits } ? nil : "this service"
    }
    for special in Self.specialNetworks where !special.isForExposedServicesOnly || isExposed {
      guard let network = NetworkAddress(special.network),
        address.isIn(network, prefix: special.prefix)
      else { continue }
      let isNamed = rules.contains { $0.isWithin(network, prefix: special.prefix) }
      return isNamed ? nil : special.what
    }
    return allowed == nil || !rules.isEmpty ? nil : "not among those that callbacks.allow lists"
  }

  private var isExposed: Bool {
    listening.contains { !$0.address.isLoopback }
  }

  private func isService(
    _ address: NetworkAddress, _ port: Int, _ isOwn: (NetworkAddress) -> Bool
  ) -> Bool {
    listening.contains { own in
      own.port == port && (own.address.isUnspecified ? isOwn(address) : address == own.address)
    }
  }
}
