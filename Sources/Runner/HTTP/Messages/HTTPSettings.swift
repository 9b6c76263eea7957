/// Limits of the HTTP server. Each has its own response when it is reached.
package struct HTTPSettings: Hashable, Sendable {
  /// Bytes of one request body; more is 413.
  package var bodyBytesMax = 1 << 20
  /// Bytes of the body of a login, which strangers send; more is 413.
  package var loginBytesMax = 4 << 10
  /// Bytes of a file that is sent for a job, whatever its entry takes; more is 413.
  package var fileBytesMax = 1 << 44
  /// Bytes of all request bodies that are held at one time; more is 503.
  package var bodyBytesTotalMax = 64 << 20
  /// Bytes of the bodies of all requests whose caller is not known by their head, of logins and of
  /// calls of hooks that are signed; at least one of `bodyBytesMax` has room. More is 503.
  package var strangerBodyBytesMax = 8 << 20
  /// Bytes of a streamed request body that are held in memory; further ones stay in the kernel.
  package var bodyPipeBytesMax = 256 << 10
  /// Lowest rate of a streamed request body in bytes a second, once `bodyTime` has passed.
  package var requestBytesPerSecondMin = 16 << 10
  /// Bytes of all header fields of a request together; more is 431.
  package var headerBytesMax = 8 << 10
  /// Bytes of a request target; more is 414. RFC 9110 wants 8000 at least (section 4.1).
  package var targetBytesMax = 8 << 10

  /// Memory of one connection in the HTTP library: the target and the fields as they come, and
  /// beside them what the library makes of them, 56 bytes for each field and a second `Cookie`, and
  /// the head of the answer. The library clears all of it between requests, so that a connection
  /// that has asked once takes the whole.
  var connectionBytes: Int { targetBytesMax + headerBytesMax + headerBytesMax * 3 / 4 }

  /// Time from the connection, or the request line of a later request, to the end of the headers.
  package var headerTime: Duration = .seconds(10)
  /// Time from the end of the headers to the end of the body.
  package var bodyTime: Duration = .seconds(10)
  /// Time that a connection may be idle between requests, or without progress of a response. Longer
  /// than the minute or two for which proxies keep idle connections: the side that closes one must
  /// not be the side that is asked.
  package var idleTime: Duration = .seconds(130)
  /// SSE heartbeat interval: time without events after which a comment is sent.
  package var heartbeatInterval: Duration = .seconds(10)
  /// Time after which the stream of the changes of all jobs ends: its client comes again, and is
  /// asked again who it is.
  package var changesTime: Duration = .seconds(300)
  /// Lowest rate of a response in bytes a second, once `idleTime` has passed; below it the
  /// connection is closed.
  package var responseBytesPerSecondMin = 16 << 10

  /// Number of connections at one time; a further one gets 503.
  package var connectionsMax = 1024
  /// Number of connections at one time from one IPv4 address or IPv6 /64; a further one gets 503.
  package var connectionsPerAddressMax = 256

  /// Names besides `localhost` and IP literals under which browsers may reach the service.
  package var hostNames: [String] = []
  /// Name of this machine, under which browsers may reach the service too; nil for none.
  package var ownHostName: String?
  /// Networks of proxies that are believed when they name the client of a request.
  package var proxies: [ProxyNetwork] = []
  /// Field in which they name it.
  package var proxyField = ProxyField.xForwardedFor
  /// Time for which `stop()` waits for responses in progress.
  package var stopTime: Duration = .seconds(2)

  /// Value of `Retry-After` where it is not known when a request may succeed, in seconds.
  static let retryAfterDefault = 5

  /// The defaults.
  package init() {}
}
