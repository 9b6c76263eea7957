internal import Glibc
internal import NetworkBase
internal import SystemBase

/// A TCP socket that is bound and listens.
///
/// SAFETY: each system call is given a local variable with its size, and keeps no pointer to it.
struct ListeningSocket: ~Copyable {
  private let descriptor: CInt
  /// The port, also where the system chose it.
  let port: Int

  /// Connections that may wait to be accepted.
  static let backlog: CInt = 512

  /// Binds a socket and listens on it.
  ///
  /// - Parameter address: numeric, as `ConfiguredListener` has it.
  init(address: String, port: Int) throws(StartFailure) {
    guard let numeric = NetworkAddress(address) else {
      throw .system("Cannot listen on \(address): it is no numeric address.")
    }
    let descriptor = try Self.open(numeric, port)
    guard let bound = SocketAddress.local(of: descriptor) else {
      let failure = Self.failure(errno, "listen", numeric, port)
      close(descriptor)
      throw failure
    }
    self.descriptor = descriptor
    self.port = bound.port
  }

  private static func open(_ address: NetworkAddress, _ port: Int) throws(StartFailure) -> CInt {
    let isIPv6 = address.bytes.count == 16
    let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
    let descriptor = socket(isIPv6 ? AF_INET6 : AF_INET, kind, 0)
    guard descriptor >= 0 else { throw failure(errno, "open a socket", address, port) }
    var yes: CInt = 1
    let size = socklen_t(MemoryLayout<CInt>.size)
    // A restart must not wait for the last connections of the run before.
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, size)
    if isIPv6 {
      // The unspecified address is that of both families, as in ipv6(7).
      var isAlone: CInt = address.isUnspecified ? 0 : 1
      unsafe setsockopt(descriptor, CInt(IPPROTO_IPV6), IPV6_V6ONLY, &isAlone, size)
    }
    let code = SocketAddress(address, port: port).bind(descriptor)
    guard code == 0, listen(descriptor, backlog) == 0 else {
      let failure = failure(code == 0 ? errno : code, "listen", address, port)
      close(descriptor)
      throw failure
    }
    return descriptor
  }

  deinit {
    close(descriptor)
  }

  /// Hands the socket on; it is not closed here any more.
  consuming func surrender() -> CInt {
    let descriptor = self.descriptor
    discard self
    return descriptor
  }

  private static func failure(
    _ code: Int32, _ what: String, _ address: NetworkAddress, _ port: Int
  ) -> StartFailure {
    let reason = ErrorCode.message(code)
    let advice =
      code == EADDRINUSE ? " Another program serves there; choose another port." : ""
    return .system("Cannot \(what) on \(address) port \(port): \(reason).\(advice)")
  }
}
