/// Listens on a port of the loopback, and answers what a test takes from it with an empty 200.
package final class CallbackReceiver: Sendable {
  private let listener: Listener

  /// - Parameter port: a free one for 0.
  package init(port: UInt16 = 0) throws {
    listener = try Listener(port: port)
  }

  package var port: UInt16 { listener.port }

  package var url: String { "http://127.0.0.1:\(port)/done" }

  /// Returns when somebody has connected, and leaves it waiting.
  package func waitForVisitor() throws {
    guard listener.hasVisitor(within: patienceSeconds) else {
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
    let socket = try listener.accept()
    return (try HTTPMessage(from: socket, before: monotonicSeconds() + patienceSeconds), socket)
  }
}
