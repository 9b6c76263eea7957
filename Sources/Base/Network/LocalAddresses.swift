internal import Glibc

/// The addresses of this machine as they are now: getifaddrs(3).
package enum LocalAddresses {
  /// Whether an address is one of this machine's.
  ///
  /// - Returns: nil when the kernel does not say, for instance because no descriptor is left.
  package static func contain(_ address: NetworkAddress) -> Bool? {
    all().map { $0.contains(address) }
  }

  /// All of them, loopback among them.
  ///
  /// - Returns: nil when the kernel does not say.
  package static func all() -> [NetworkAddress]? {
    var first: UnsafeMutablePointer<ifaddrs>?
    guard unsafe getifaddrs(&first) == 0 else { return nil }
    defer { unsafe freeifaddrs(first) }
    var addresses: [NetworkAddress] = []
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
      if let address = SocketAddress(bytes: bytes)?.address { addresses.append(address) }
    }
    return addresses
  }
}
