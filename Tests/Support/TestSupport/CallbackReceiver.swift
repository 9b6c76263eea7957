import Glibc

/// Listens on a port of the loopback, and answers what a test takes from it with an empty 200.
package final class CallbackReceiver: Sendable {
  package let port: UInt16
  private let listener: CInt

  /// - Parameter port: a free one for 0.
  package init(port wanted: UInt16 = 0) throws {
    listener = try Socket.make()
    let listener = listener
    var yes: CInt = 1
    unsafe setsockopt(
      listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<CInt>.size))
    guard unsafe Socket.withAddress(port: wanted, { unsafe bind(listener, $0, $1) }) == 0,
      listen(listener, 16) == 0
    else {
      let code = errno
      close(listener)
      throw TestFailure("listen", "127.0.0.1", code: code)
    }
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = unsafe withUnsafeMutablePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe getsockname(listener, $0, &size)
      }
    }
    port = UInt16(bigEndian: address.sin_port)
  }

  deinit { close(listener) }

  package var url: String { "http://127.0.0.1:\(port)/done" }

  /// Returns when somebody has connected, and leaves it waiting.
  package func waitForVisitor() throws {
    var wanted = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
    guard unsafe poll(&wanted, 1, CInt(patienceSeconds * 1000)) > 0 else {
      throw TestFailure("no callback came within \(patienceSeconds) s")
    }
  }

  /// The next request, whole.
  package func next() throws -> HTTPMessage {
    let (request, socket) = try receive()
    socket.send(Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8))
    return request
  }

  /// The next request, whole, and the connection on which it waits for an answer.
  package func receive() throws -> (request: HTTPMessage, connection: Socket) {
    try waitForVisitor()
    let descriptor = accept(listener, nil, nil)
    guard descriptor >= 0 else { throw TestFailure("accept", "", code: errno) }
    let socket = Socket(adopting: descriptor)
    return (try HTTPMessage(from: socket, before: monotonicSeconds() + patienceSeconds), socket)
  }
}
