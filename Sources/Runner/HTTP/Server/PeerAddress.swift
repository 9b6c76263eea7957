import Glibc
import RunnerCore

/// The client address that limits count by: an IPv4 address, or the /64 prefix of an IPv6 one.
struct PeerAddress: Hashable, Sendable {
  private let bytes: [UInt8]

  /// All peers of unknown address count as one.
  init(of descriptor: CInt) {
    var storage = [UInt8](repeating: 0, count: MemoryLayout<sockaddr_storage>.size)
    var length = socklen_t(storage.count)
    let result = unsafe storage.withUnsafeMutableBytes { buffer in
      // SAFETY: getpeername(2) writes at most `length` bytes into the buffer of that length, which
      // outlives the call; an array's storage is aligned for any socket address.
      unsafe getpeername(
        descriptor, buffer.baseAddress!.assumingMemoryBound(to: sockaddr.self), &length)
    }
    self.init(socketAddress: result == 0 ? storage : [])
  }

  /// Layouts of sockaddr_in and sockaddr_in6: the address begins at byte 4 and 8.
  private init(socketAddress: [UInt8]) {
    let family = socketAddress.isEmpty ? 0 : CInt(socketAddress[0]) | CInt(socketAddress[1]) << 8
    switch family {
    case AF_INET: bytes = Array(socketAddress[4..<8])
    case AF_INET6: bytes = Self.network(Array(socketAddress[8..<24]))
    default: bytes = []
    }
  }

  /// Whom requests of this peer count for, as long as nothing else is known of it.
  var principal: Principal { Principal(name: text) }

  /// For the store and logs: `192.0.2.7`, or the /64 of an IPv6 host in hexadecimal.
  var text: String {
    bytes.count == 4
      ? bytes.map { String($0) }.joined(separator: ".")
      : bytes.map { String($0 >> 4, radix: 16) + String($0 & 0xf, radix: 16) }.joined()
  }

  private static func network(_ address: [UInt8]) -> [UInt8] {
    let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]
    return Array(address.starts(with: mapped) ? address[12...] : address[..<8])
  }
}
