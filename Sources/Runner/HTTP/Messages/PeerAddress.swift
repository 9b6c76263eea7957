import NetworkBase
import RunnerCore

/// The client address that limits count by: an IPv4 address, the /64 prefix of an IPv6 one, or the
/// user at the other end of a unix socket.
struct PeerAddress: Hashable, Sendable {
  private let bytes: [UInt8]
  /// All of it: 4 or 16 bytes; none where it is unknown.
  let whole: [UInt8]
  /// The user at the other end of a unix socket; nil for other sockets.
  private let uid: UInt32?
  /// For the store and logs: `192.0.2.7`, the /64 of an IPv6 host in hexadecimal, or `uid/1000`.
  let text: String

  /// All peers of unknown address count as one.
  init(of descriptor: CInt) {
    self.init(
      address: SocketAddress.peer(of: descriptor)?.address,
      uid: PeerCredentials(of: descriptor)?.uid)
  }

  /// A numeric address; nil for what is none.
  init?(_ text: String) {
    guard let address = NetworkAddress(text) else { return nil }
    self.init(address: address)
  }

  /// - Parameter address: nil where it is unknown; an IPv4 address may stand in its IPv6 form.
  private init(address: NetworkAddress?, uid: UInt32? = nil) {
    self.uid = uid
    whole = (address?.mappedIPv4 ?? address)?.bytes ?? []
    bytes = whole.count == 16 ? Array(whole[..<8]) : whole
    text = Self.text(of: bytes, uid)
  }

  /// Whom requests of this peer count for, as long as nothing else is known of it.
  var principal: Principal { Principal(name: text) }

  private static func text(of bytes: [UInt8], _ uid: UInt32?) -> String {
    if let uid { return "uid/\(uid)" }
    return bytes.count == 4
      ? bytes.map { String($0) }.joined(separator: ".")
      : bytes.map { String($0 >> 4, radix: 16) + String($0 & 0xf, radix: 16) }.joined()
  }
}
