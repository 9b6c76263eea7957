/// The engine's bounds. All but `queuedBytesMax`, which is fixed, are settings of the service.
package struct EngineLimits: Hashable, Sendable {
  /// Jobs that run at one time; the rest wait.
  package var runningMax = 256
  /// Jobs that wait at one time; the next is refused.
  package var queuedMax = 10_000
  /// Bytes that the arguments and callback URLs of waiting jobs may take in memory together.
  package var queuedBytesMax = 64 << 20
  /// Bytes of each output stream of a job that are kept.
  package var outputBytesMax = 16 << 20

  /// The default limits.
  package init() {}
}
