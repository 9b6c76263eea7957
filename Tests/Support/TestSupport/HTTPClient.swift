/// Asks over one new connection per request, byte by byte as the test says.
package struct HTTPClient: Sendable {
  package let port: UInt16

  package init(port: UInt16) { self.port = port }

  /// - Parameter headers: beside Host, Connection and, where there is a body, Content-Length.
  package func ask(
    _ method: String, _ target: String, headers: [(String, String)] = [], body: [UInt8]? = nil
  ) throws -> HTTPMessage {
    var text = "\(method) \(target) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n"
    for (name, value) in headers { text += "\(name): \(value)\r\n" }
    if let body { text += "Content-Length: \(body.count)\r\n" }
    let socket = try Socket(port: port)
    socket.send(Array((text + "\r\n").utf8))
    if let body { socket.send(body) }
    return try HTTPMessage(from: socket, before: monotonicSeconds() + patienceSeconds)
  }

  package func post(_ body: String) throws -> HTTPMessage {
    try ask("POST", "/", headers: [("Content-Type", "application/json")], body: Array(body.utf8))
  }

  package func get(_ target: String) throws -> HTTPMessage { try ask("GET", target) }
}
