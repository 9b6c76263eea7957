import Glibc

/// The few socket and thread calls that the receivers need.
enum Socket {
  struct Failure: Error {
    let call: String
    let code: CInt
  }

  /// A TCP socket on a free port of 127.0.0.1. One that does not listen refuses connections, and
  /// keeps the port from everybody else.
  static func bound(listening: Bool) throws(Failure) -> (descriptor: CInt, port: UInt16) {
    let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw Failure(call: "socket", code: errno) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        guard unsafe bind(descriptor, address, size) == 0 else { return errno }
        return unsafe getsockname(descriptor, address, &size) == 0 ? 0 : errno
      }
    }
    guard code == 0, !listening || listen(descriptor, 128) == 0 else {
      close(descriptor)
      throw Failure(call: "bind or listen", code: code)
    }
    return (descriptor, UInt16(bigEndian: address.sin_port))
  }

  /// A TCP socket that listens on a free port of every address, IPv4 and IPv6.
  static func boundEverywhere() throws(Failure) -> (descriptor: CInt, port: UInt16) {
    let descriptor = socket(AF_INET6, CInt(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw Failure(call: "socket", code: errno) }
    var address = sockaddr_in6()
    address.sin6_family = sa_family_t(AF_INET6)
    var size = socklen_t(MemoryLayout<sockaddr_in6>.size)
    let code = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        guard unsafe bind(descriptor, address, size) == 0 else { return errno }
        return unsafe getsockname(descriptor, address, &size) == 0 ? 0 : errno
      }
    }
    guard code == 0, listen(descriptor, 128) == 0 else {
      close(descriptor)
      throw Failure(call: "bind or listen", code: code)
    }
    return (descriptor, UInt16(bigEndian: address.sin6_port))
  }

  /// What comes next; empty at the end.
  static func read(_ descriptor: CInt) -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: 64 << 10) { buffer, count in
      count = unsafe max(0, recv(descriptor, buffer.baseAddress, buffer.count, 0))
    }
  }

  static func write(_ text: String, to descriptor: CInt) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { bytes in
        unsafe send(descriptor, bytes.baseAddress, bytes.count, CInt(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  /// Waits until the other side hangs up, or the descriptor is shut down.
  static func waitForEnd(_ descriptor: CInt) {
    while !read(descriptor).isEmpty {}
  }

  /// Runs `body` on a thread of its own: blocked tasks would starve the others.
  ///
  /// - Returns: what waits for its end.
  static func thread(
    _ body: @escaping @Sendable () -> Void
  ) throws(Failure) -> @Sendable () -> Void {
    final class Work: Sendable {
      let body: @Sendable () -> Void
      init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let argument = unsafe Unmanaged.passRetained(Work(body))
    let code = unsafe pthread_create(
      &thread, nil,
      { argument in
        if let argument = unsafe argument {
          unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
        }
        return nil
      }, argument.toOpaque())
    guard code == 0 else {
      unsafe argument.release()
      throw Failure(call: "pthread_create", code: code)
    }
    let started = thread
    return { pthread_join(started, nil) }
  }
}
