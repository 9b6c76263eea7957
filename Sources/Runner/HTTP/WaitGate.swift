import Synchronization

/// Counts connections that are suspended, and lets no more be once the service stops.
///
/// libmicrohttpd aborts the process when it is stopped with a suspended connection.
final class WaitGate: Sendable {
  private let isStopping = Atomic<Bool>(false)
  private let waiting = Atomic<Int>(0)

  /// Connections that sleep, or are about to.
  var count: Int { waiting.load(ordering: .sequentiallyConsistent) }

  /// Asks for leave to suspend a connection.
  ///
  /// Counted first and asked second, while `stop()` says first and counts second: so either this
  /// sees that the service stops, or the service waits for this.
  func mayWait() -> Bool {
    waiting.wrappingAdd(1, ordering: .sequentiallyConsistent)
    if !isStopping.load(ordering: .sequentiallyConsistent) { return true }
    didWait()
    return false
  }

  /// The connection was woken, or was not suspended after all.
  func didWait() { waiting.wrappingSubtract(1, ordering: .sequentiallyConsistent) }

  /// From now on `mayWait()` is false.
  func stop() { isStopping.store(true, ordering: .sequentiallyConsistent) }
}
