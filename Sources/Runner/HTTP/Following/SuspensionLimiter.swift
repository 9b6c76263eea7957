import Synchronization

/// Counts connections that are suspended, and lets no more be once the service stops.
///
/// libmicrohttpd aborts the process when it is stopped with a suspended connection.
final class SuspensionLimiter: Sendable {
  private let isStopping = Atomic<Bool>(false)
  private let suspended = Atomic<Int>(0)

  /// Connections that are suspended, or about to be.
  var count: Int { suspended.load(ordering: .sequentiallyConsistent) }

  /// Registers a connection that is about to be suspended.
  ///
  /// The count is incremented before the flag is read, and `stop()` sets the flag before the
  /// count is read: either this sees that the service stops, or the service waits for this.
  ///
  /// - Returns: false once the service stops; the connection must not be suspended then.
  func acquire() -> Bool {
    suspended.wrappingAdd(1, ordering: .sequentiallyConsistent)
    if !isStopping.load(ordering: .sequentiallyConsistent) { return true }
    release()
    return false
  }

  /// The connection was resumed, or was not suspended after all.
  func release() { suspended.wrappingSubtract(1, ordering: .sequentiallyConsistent) }

  /// From now on `acquire()` returns false.
  func stop() { isStopping.store(true, ordering: .sequentiallyConsistent) }
}
