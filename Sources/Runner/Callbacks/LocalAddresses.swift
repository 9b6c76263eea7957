import CCurl
import Glibc
import NetworkBase

/// The addresses of this machine as they are now: getifaddrs(3).
enum LocalAddresses {
  /// Whether an address is one of this machine's.
  ///
  /// - Returns: nil when the kernel does not say, for instance because no descriptor is left.
  static func contain(_ address: NetworkAddress) -> Bool? {
    var first: UnsafeMutablePointer<ifaddrs>?
    guard unsafe getifaddrs(&first) == 0 else { return nil }
    defer { unsafe freeifaddrs(first) }
    var next = unsafe first
    while let interface = unsafe next {
      unsafe next = interface.pointee.ifa_next
      guard let raw = unsafe interface.pointee.ifa_addr else { continue }
      // SAFETY: the family says how long an address is, and only these two are read.
      let byteCount =
        switch CInt(unsafe raw.pointee.sa_family) {
        case AF_INET: MemoryLayout<sockaddr_in>.size
        case AF_INET6: MemoryLayout<sockaddr_in6>.size
        default: 0
        }
      let bytes = unsafe Array(UnsafeRawBufferPointer(start: raw, count: byteCount))
      if SocketAddress(bytes: bytes)?.address == address { return true }
    }
    return false
  }
}
