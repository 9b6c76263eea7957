internal import Glibc
internal import SystemBase

/// A TCP socket that is bound and listens.
///
/// SAFETY: each system call is given a local variable with its size, and keeps no pointer to it. A
/// sockaddr_in or sockaddr_in6 may be passed as a sockaddr (ip(7), ipv6(7)).
struct ListeningSocket: ~Copyable {
  private let descriptor: CInt
  /// The port, also where the system chose it.
  let port: Int

  /// Connections that may wait to be accepted.
  private static let backlog: CInt = 512

  /// Binds a socket and listens on it.
  ///
  /// - Parameter address: numeric, as `Options.interface` has it.
  init(address: String, port: Int) throws(StartFailure) {
    let isIPv6 = address.contains(":")
    let family = isIPv6 ? AF_INET6 : AF_INET
    let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
    self.descriptor = socket(family, kind, 0)
    guard descriptor >= 0 else { throw Self.failure("open a socket", address, port) }
    var yes: CInt = 1
    let size = socklen_t(MemoryLayout<CInt>.size)
    // A restart must not wait for the last connections of the run before.
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, size)
    if isIPv6 {
      // The unspecified address is that of both families, as in ipv6(7).
      var isAlone: CInt = address == "::" ? 0 : 1
      unsafe setsockopt(descriptor, CInt(IPPROTO_IPV6), IPV6_V6ONLY, &isAlone, size)
    }
    let bound =
      isIPv6 ? Self.bind6(descriptor, address, port) : Self.bind4(descriptor, address, port)
    guard bound == 0, listen(descriptor, Self.backlog) == 0 else {
      let failure = Self.failure("listen", address, port)
      close(descriptor)
      throw failure
    }
    self.port = isIPv6 ? Self.port6(descriptor) : Self.port4(descriptor)
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

  private static func failure(_ what: String, _ address: String, _ port: Int) -> StartFailure {
    let code = errno
    let reason = ErrorCode.message(code)
    let advice =
      code == EADDRINUSE ? " Another program serves there; choose another port with -p." : ""
    return .system("Cannot \(what) on \(address) port \(port): \(reason).\(advice)")
  }

  private static func bind4(_ descriptor: CInt, _ address: String, _ port: Int) -> CInt {
    var socketAddress = sockaddr_in()
    socketAddress.sin_family = sa_family_t(AF_INET)
    socketAddress.sin_port = in_port_t(port).bigEndian
    unsafe inet_pton(AF_INET, address, &socketAddress.sin_addr)
    return unsafe withUnsafePointer(to: &socketAddress) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  private static func bind6(_ descriptor: CInt, _ address: String, _ port: Int) -> CInt {
    var socketAddress = sockaddr_in6()
    socketAddress.sin6_family = sa_family_t(AF_INET6)
    socketAddress.sin6_port = in_port_t(port).bigEndian
    unsafe inet_pton(AF_INET6, address, &socketAddress.sin6_addr)
    return unsafe withUnsafePointer(to: &socketAddress) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
      }
    }
  }

  private static func port4(_ descriptor: CInt) -> Int {
    var socketAddress = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    unsafe withUnsafeMutablePointer(to: &socketAddress) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = unsafe getsockname(descriptor, $0, &size)
      }
    }
    return Int(in_port_t(bigEndian: socketAddress.sin_port))
  }

  private static func port6(_ descriptor: CInt) -> Int {
    var socketAddress = sockaddr_in6()
    var size = socklen_t(MemoryLayout<sockaddr_in6>.size)
    unsafe withUnsafeMutablePointer(to: &socketAddress) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = unsafe getsockname(descriptor, $0, &size)
      }
    }
    return Int(in_port_t(bigEndian: socketAddress.sin6_port))
  }
}
