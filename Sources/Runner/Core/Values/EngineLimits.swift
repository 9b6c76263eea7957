/// The engine's bounds. All but `queuedBytesMax`, which is fixed, are settings of the service.
package struct EngineLimits: Hashable, Sendable {
  /// Number of jobs that run at one time; further ones are queued.
  package var runningMax = 256
  /// Number of jobs that are queued at one time; a further one is refused.
  package var queuedMax = 10_000
  /// Memory of all queued requests together, in bytes; a request beyond that is refused.
  package var queuedBytesMax = 64 << 20
  /// Bytes of each output stream of a job that are kept, unless its entry has another limit.
  package var outputBytesMax = 16 << 20
  /// Bytes of the end of each output stream that are kept beside them, 0 to 1 MiB.
  package var outputTailBytesMax = 64 << 10

  /// The default limits.
  package init() {}
}
