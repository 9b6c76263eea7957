/// The bounds of callback delivery: receivers are not trusted.
package struct CallbackLimits: Hashable, Sendable {
  /// Milliseconds until a connection must stand, name lookup and TLS included.
  package var connectMilliseconds = 5_000
  /// Milliseconds until a delivery is over, connecting included.
  package var totalMilliseconds = 20_000
  /// Deliveries at one time; each holds one connection.
  package var inFlightMax = 64
  /// Bytes of a reply, its header included, that are read (and discarded) before hanging up.
  package var replyBytesMax = 64 << 10
  /// Milliseconds that `CallbackSender.stop()` waits for what is in flight and waiting.
  package var stopMilliseconds = 10_000

  /// Limits with their defaults.
  package init() {}
}
