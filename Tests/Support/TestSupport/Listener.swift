import Glibc

/// A listening TCP socket of the loopback.
package final class Listener: Sendable {
  package let port: UInt16
  private let descriptor: CInt

  /// - Parameter port: a free one for 0.
  /// - Throws: `TestFailure` of socket(2), bind(2) or listen(2).
  package init(port wanted: UInt16 = 0) throws {
    descriptor = try Socket.make()
    let descriptor = descriptor
    var yes: CInt = 1
    unsafe setsockopt(
      descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<CInt>.size))
    guard unsafe Socket.withAddress(port: wanted, { unsafe bind(descriptor, $0, $1) }) == 0,
      listen(descriptor, 16) == 0
    else {
      let code = errno
      close(descriptor)
      throw TestFailure("listen", "127.0.0.1", code: code)
    }
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = unsafe withUnsafeMutablePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe getsockname(descriptor, $0, &size)
      }
    }
    port = UInt16(bigEndian: address.sin_port)
  }

  deinit { close(descriptor) }

  /// Whether a connection waits to be accepted, once one does or the time is over.
  package func hasVisitor(within seconds: Double) -> Bool {
    Socket.isReadable(descriptor, within: seconds)
  }

  /// The next connection.
  ///
  /// - Throws: `TestFailure` where none comes in time.
  package func accept() throws -> Socket {
    guard hasVisitor(within: patienceSeconds) else {
      throw TestFailure("no connection came within \(patienceSeconds) s")
    }
    let accepted = Glibc.accept(descriptor, nil, nil)
    guard accepted >= 0 else { throw TestFailure("accept", "", code: errno) }
    return Socket(adopting: accepted)
  }
}
