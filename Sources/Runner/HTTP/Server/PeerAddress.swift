import NetworkBase
import RunnerCore

/// The client address that limits count by: an IPv4 address, or the /64 prefix of an IPv6 one.
struct PeerAddress: Hashable, Sendable {
  private let bytes: [UInt8]

  /// All peers of unknown address count as one.
  init(of descriptor: CInt) {
    guard let address = SocketAddress.peer(of: descriptor)?.address else {
      bytes = []
      return
    }
    let client = address.mappedIPv4 ?? address
    bytes = client.bytes.count == 4 ? client.bytes : Array(client.bytes[..<8])
  }

  /// Whom requests of this peer count for, as long as nothing else is known of it.
  var principal: Principal { Principal(name: text) }

  /// For the store and logs: `192.0.2.7`, or the /64 of an IPv6 host in hexadecimal.
  var text: String {
    bytes.count == 4
      ? bytes.map { String($0) }.joined(separator: ".")
      : bytes.map { String($0 >> 4, radix: 16) + String($0 & 0xf, radix: 16) }.joined()
  }
}
