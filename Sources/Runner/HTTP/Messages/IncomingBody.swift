/// Where the body of one request goes, as its route says.
enum IncomingBody: Sendable {
  case discarded
  case collected(CollectedBody)
  case streamed(BodyPipe)

  var sink: any BodySink {
    switch self {
    case .discarded: DiscardedBody()
    case .collected(let body): body
    case .streamed(let pipe): pipe
    }
  }

  /// Makes room for what is announced.
  ///
  /// - Parameter length: its bytes, where the request says so.
  func reserve(_ length: Int?) -> BodyStep {
    switch self {
    case .discarded: .taken
    case .collected(let body): length.map(body.reserve) ?? .taken
    case .streamed(let pipe): pipe.reserve()
    }
  }

  /// The body for the handler. Collected bytes are moved to it.
  func handOver() -> RequestBody {
    switch self {
    case .discarded: .whole([])
    case .collected(let body): .whole(body.drain())
    case .streamed(let pipe): .stream(pipe)
    }
  }
}
