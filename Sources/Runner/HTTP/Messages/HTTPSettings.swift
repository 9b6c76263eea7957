/// Every bound of the HTTP floor. Each has its own answer when it is reached.
package struct HTTPSettings: Hashable, Sendable {
  /// Bytes of one request body; more is 413.
  package var bodyBytesMax = 1 << 20
  /// Bytes of all request bodies that are held at one time; more is 503.
  package var bodyBytesTotalMax = 64 << 20
  /// Bytes of a body that are held while a handler reads it as it comes; more waits in the kernel.
  package var bodyPipeBytesMax = 256 << 10
  /// How slowly a body that is read as it comes may come, once `bodyTime` is used up.
  package var requestBytesPerSecondMin = 16 << 10
  /// Bytes of all header lines of a request together; more is 431.
  package var headerBytesMax = 16 << 10
  /// Bytes of a request target; more is 414.
  package var targetBytesMax = 8 << 10

  /// From the connection, or from the request line of a later request, to the end of the headers.
  package var headerTime: Duration = .seconds(10)
  /// From the end of the headers to the end of the body.
  package var bodyTime: Duration = .seconds(10)
  /// How long a connection may wait for its next request, or take nothing of an answer. Longer than
  /// the minute or two for which proxies keep idle connections: the side that closes one must not
  /// be the side that is asked.
  package var idleTime: Duration = .seconds(130)
  /// SSE heartbeat interval: a comment is sent after this much silence.
  package var heartbeatInterval: Duration = .seconds(10)
  /// How slowly an answer may be read, once `idleTime` is used up: else the connection is cut.
  package var responseBytesPerSecondMin = 16 << 10

  /// Connections at one time; the next gets 503.
  package var connectionsMax = 1024
  /// Connections at one time from one IPv4 address or IPv6 /64; the next gets 503.
  package var connectionsPerAddressMax = 256

  /// Names besides `localhost` and IP literals under which browsers may reach the service.
  package var hostNames: [String] = []
  /// What `Retry-After` says beside a 503 that passes.
  package var retryAfterSeconds = 5
  /// How long `stop()` waits for answers that are on their way.
  package var stopTime: Duration = .seconds(2)

  /// The defaults.
  package init() {}
}
