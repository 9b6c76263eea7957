/// Takes the body of a request as it comes. One for each request that has a body.
///
/// `receive`, `finish` and `cut` are called in this order on libmicrohttpd's thread, so none of
/// them may block. Only `cut` may also come from another, when the connection's time is up.
protocol BodySink: Sendable {
  /// A piece came.
  func receive(_ bytes: Span<UInt8>) -> BodyStep
  /// Calls `resume` once, when a sink that was full has room again; at once where it has.
  func whenReady(_ resume: @escaping @Sendable () -> Void)
  /// The body is whole.
  func finish()
  /// No more of it comes, though it is not whole. Also called after `finish()`.
  func abort()
}

/// What became of a piece of a body.
enum BodyStep: Sendable {
  case taken
  /// The piece was not taken: it is to be offered again when the sink is ready.
  case full
  /// The request goes no further.
  case refused(Response)
}

/// A body that the route has no use for.
struct DiscardedBody: BodySink {
  func receive(_ bytes: Span<UInt8>) -> BodyStep { .taken }
  func whenReady(_ resume: @escaping @Sendable () -> Void) { resume() }
  func finish() {}
  func abort() {}
}
