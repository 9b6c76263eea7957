import Glibc
import RunnerCore

/// The client address that limits count by: an IPv4 address, or the /64 prefix of an IPv6 one.
struct PeerAddress: Hashable, Sendable {
  private let bytes: [UInt8]
  /// All of it: 4 or 16 bytes; none where it is unknown.
  let whole: [UInt8]

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

  /// A numeric address; nil for what is none: inet_pton(3).
  init?(_ text: String) {
    for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
      var bytes = [UInt8](repeating: 0, count: count)
      // SAFETY: inet_pton(3) writes 4 or 16 bytes, as the family says, into an array of that size.
      if unsafe inet_pton(family, text, &bytes) == 1 {
        self.init(address: bytes)
        return
      }
    }
    return nil
  }

  /// Layouts of sockaddr_in and sockaddr_in6: the address begins at byte 4 and 8.
  private init(socketAddress: [UInt8]) {
    let family = socketAddress.isEmpty ? 0 : CInt(socketAddress[0]) | CInt(socketAddress[1]) << 8
    switch family {
    case AF_INET: self.init(address: Array(socketAddress[4..<8]))
    case AF_INET6: self.init(address: Array(socketAddress[8..<24]))
    default: self.init(address: [])
    }
  }

  /// - Parameter address: 4 or 16 bytes, or none; an IPv4 address may be mapped (RFC 4291, section
  ///   2.5.5.2).
  private init(address: [UInt8]) {
    let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]
    whole = address.count == 16 && address.starts(with: mapped) ? Array(address[12...]) : address
    bytes = whole.count == 16 ? Array(whole[..<8]) : whole
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
