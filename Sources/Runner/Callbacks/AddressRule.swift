package import NetworkBase

/// A network and ports that callbacks may go to.
package struct AddressRule: Hashable, Sendable {
  /// Address of which the first `prefix` bits count.
  package let network: NetworkAddress
  /// Prefix length in bits, 0 to 32 or to 128.
  package let prefix: Int
  /// TCP ports that the rule covers, both ends included.
  package let ports: ClosedRange<Int>

  /// A rule for the network of `network` and its first `prefix` bits.
  ///
  /// - Parameter prefix: 0 to 32, or to 128.
  package init(_ network: NetworkAddress, prefix: Int, ports: ClosedRange<Int>) {
    self.network = network
    self.prefix = prefix
    self.ports = ports
  }

  func allows(_ address: NetworkAddress, port: Int) -> Bool {
    ports.contains(port) && address.isIn(network, prefix: prefix)
  }

  /// Whether it means nothing outside of another network.
  func isWithin(_ other: NetworkAddress, prefix otherPrefix: Int) -> Bool {
    prefix >= otherPrefix && network.isIn(other, prefix: otherPrefix)
  }
}
