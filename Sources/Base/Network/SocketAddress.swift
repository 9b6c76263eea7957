internal import Glibc

/// An address and a port, as the kernel has them: sockaddr_in and sockaddr_in6 (ip(7), ipv6(7)).
///
/// SAFETY: of a socket address only as many bytes are read as the kernel or the caller wrote, and
/// they are copied; what is handed to the kernel is an array that lives longer than the call, and
/// is aligned for any socket address.
package struct SocketAddress: Hashable, Sendable {
  /// The address; an IPv4 one may stand in its IPv6 form (RFC 4291, section 2.5.5.2).
  package let address: NetworkAddress
  /// TCP port, 0 to 65,535.
  package let port: Int

  /// An address with a port.
  ///
  /// - Parameter port: 0 to 65,535; 0 to bind to a port that the system chooses.
  package init(_ address: NetworkAddress, port: Int) {
    self.address = address
    self.port = port
  }

  /// Reads a socket address.
  ///
  /// - Parameter bytes: all of it, with the family first.
  /// - Returns: nil for one of another family, or that is cut.
  package init?(bytes: [UInt8]) {
    guard bytes.count >= 4 else { return nil }
    // The family is in the byte order of this machine, the port in that of the network.
    let family = unsafe bytes.withUnsafeBytes { unsafe $0.load(as: sa_family_t.self) }
    let start: Int
    let count: Int
    switch (CInt(family), bytes.count) {
    case (AF_INET, MemoryLayout<sockaddr_in>.size...): (start, count) = (4, 4)
    case (AF_INET6, MemoryLayout<sockaddr_in6>.size...): (start, count) = (8, 16)
    default: return nil
    }
    guard let address = NetworkAddress(bytes: Array(bytes[start..<start + count])) else {
      return nil
    }
    self.init(address, port: Int(bytes[2]) << 8 | Int(bytes[3]))
  }

  /// Where a socket is bound: getsockname(2); nil for one of another family.
  package static func local(of socket: CInt) -> SocketAddress? {
    unsafe read { unsafe getsockname(socket, $0, $1) }
  }

  /// The family of a socket (SO_DOMAIN of socket(7)), for instance `AF_UNIX`; nil for what is none.
  package static func family(of descriptor: CInt) -> CInt? {
    var family: CInt = 0
    var length = socklen_t(MemoryLayout<CInt>.size)
    guard unsafe getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, &family, &length) == 0 else {
      return nil
    }
    return family
  }

  /// Who is at the other end of a connected socket: getpeername(2); nil for one of another family,
  /// or whose other end has gone.
  package static func peer(of socket: CInt) -> SocketAddress? {
    unsafe read { unsafe getpeername(socket, $0, $1) }
  }

  /// Binds a socket of the address's own family to it (bind(2)).
  ///
  /// - Returns: 0 or a positive errno.
  package func bind(_ socket: CInt) -> Int32 {
    let bytes = bytes
    let result = unsafe bytes.withUnsafeBytes { buffer in
      unsafe Glibc.bind(
        socket, buffer.baseAddress!.assumingMemoryBound(to: sockaddr.self),
        socklen_t(buffer.count))
    }
    return result == 0 ? 0 : errno
  }

  /// The socket address as the kernel takes it.
  private var bytes: [UInt8] {
    let isIPv6 = address.bytes.count == 16
    let family = sa_family_t(isIPv6 ? AF_INET6 : AF_INET)
    var bytes = [UInt8](
      repeating: 0,
      count: isIPv6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size)
    unsafe bytes.withUnsafeMutableBytes { unsafe $0.storeBytes(of: family, as: sa_family_t.self) }
    bytes[2] = UInt8(truncatingIfNeeded: port >> 8)
    bytes[3] = UInt8(truncatingIfNeeded: port)
    bytes.replaceSubrange((isIPv6 ? 8 : 4)..<(isIPv6 ? 24 : 8), with: address.bytes)
    return bytes
  }

  private static func read(
    _ call: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> CInt
  ) -> SocketAddress? {
    var storage = [UInt8](repeating: 0, count: MemoryLayout<sockaddr_storage>.size)
    var length = socklen_t(storage.count)
    let result = unsafe storage.withUnsafeMutableBytes { buffer in
      unsafe call(buffer.baseAddress!.assumingMemoryBound(to: sockaddr.self), &length)
    }
    guard result == 0 else { return nil }
    return SocketAddress(bytes: Array(storage.prefix(Int(length))))
  }
}
