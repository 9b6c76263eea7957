/// Stands between a client and a service, at a port of its own. Nothing passes but while the test
/// says so, on its thread.
package final class Relay {
  /// A way that bytes take.
  package enum Direction: Sendable { case toService, toClient }

  /// Where the client is to connect to.
  package let port: UInt16
  private let listener: Listener
  private let service: UInt16
  private var pairs: [(client: Socket, service: Socket)] = []
  /// Bytes that `forward` has passed on, each way.
  package private(set) var byteCounts: [Direction: Int] = [:]
  /// Looks at bytes before `forward` passes them on, and may change them; where it says false they
  /// are not, and the connection ends.
  package var willPass: (Direction, inout [UInt8]) -> Bool = { _, _ in true }

  /// Seconds of one wait for a connection.
  private static let turnSeconds = 0.005

  /// - Parameter service: its port.
  /// - Throws: `TestFailure` where it cannot listen.
  package init(to service: UInt16) throws {
    listener = try Listener()
    port = listener.port
    self.service = service
  }

  /// The next connection, whose request the client has sent.
  ///
  /// - Throws: `TestFailure` where none comes in time.
  package func accept() throws -> Socket {
    let client = try listener.accept()
    guard client.isReadable(within: patienceSeconds) else {
      throw TestFailure("no request came within \(patienceSeconds) s")
    }
    return client
  }

  /// Passes on what comes over `client` from now on.
  ///
  /// - Throws: `TestFailure` where the service does not take a connection.
  package func connect(_ client: Socket) throws {
    pairs.append((client, try Socket(port: service)))
  }

  /// Passes the next request on, and the answer to nobody: the client's connection ends without it.
  ///
  /// - Returns: the answer.
  /// - Throws: `TestFailure` where neither comes in time.
  package func loseAnswer() throws -> HTTPMessage {
    let client = try accept()
    let other = try Socket(port: service)
    let deadline = monotonicSeconds() + patienceSeconds
    while !other.isReadable(within: 0) {
      if client.isReadable(within: Self.turnSeconds) {
        other.send(try client.receive(before: deadline))
      }
      guard monotonicSeconds() < deadline else { throw TestFailure("no answer to lose") }
    }
    return try HTTPMessage(from: other, before: deadline)
  }

  /// Passes everything on, in both directions, until `look` says that it is enough.
  ///
  /// - Throws: `TestFailure` where that does not come in time.
  package func forward(until what: String, _ look: () throws -> Bool) throws {
    try waiting(until: what) {
      while listener.hasVisitor(within: 0) { try connect(try listener.accept()) }
      pairs = try pairs.filter { pair in
        try pass(from: pair.client, to: pair.service, .toService)
          && pass(from: pair.service, to: pair.client, .toClient)
      }
      return try look()
    }
  }

  /// Ends all connections.
  package func cut() { pairs = [] }

  /// - Returns: false at the end of the stream.
  private func pass(
    from source: Socket, to sink: Socket, _ direction: Direction
  ) throws -> Bool {
    guard source.isReadable(within: 0) else { return true }
    var bytes = try source.receive(before: monotonicSeconds() + patienceSeconds)
    guard willPass(direction, &bytes) else { return false }
    byteCounts[direction, default: 0] += bytes.count
    sink.send(bytes)
    return !bytes.isEmpty
  }
}
