import Glibc

/// Listens on a free port of the loopback and answers every request with an empty 200.
package final class CallbackReceiver: Sendable {
  package let port: UInt16
  private let listener: CInt

  package init() throws {
    listener = try Socket.make()
    let listener = listener
    guard unsafe Socket.withAddress(port: 0, { unsafe bind(listener, $0, $1) }) == 0,
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

  /// The next request, whole.
  package func next() throws -> HTTPMessage {
    var wanted = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
    guard unsafe poll(&wanted, 1, CInt(patienceSeconds * 1000)) > 0 else {
      throw TestFailure("no callback came within \(patienceSeconds) s")
    }
    let descriptor = accept(listener, nil, nil)
    guard descriptor >= 0 else { throw TestFailure("accept", "", code: errno) }
    let socket = Socket(adopting: descriptor)
    let request = try HTTPMessage(from: socket, before: monotonicSeconds() + patienceSeconds)
    socket.send(Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8))
    return request
  }
}
