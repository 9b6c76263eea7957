import Synchronization

/// Copies the output of one launch to all its observers, in their order (tee(1)). A stream pauses
/// until each observer that has no room has room again: the slowest one sets the pace.
package struct OutputTee: OutputObserver {
  private let observers: [any OutputObserver]

  /// A tee to these observers; without any the output is discarded.
  package init(_ observers: [any OutputObserver]) {
    self.observers = observers
  }

  @discardableResult
  package func append(
    _ bytes: ArraySlice<UInt8>, of stream: OutputStreamName,
    whenRoom: (@Sendable () -> Void)? = nil
  ) -> Bool {
    // Of a job that only its own capture observes, each piece costs one call and no allocation.
    if observers.count == 1 { return observers[0].append(bytes, of: stream, whenRoom: whenRoom) }
    guard let whenRoom else {
      for observer in observers { _ = observer.append(bytes, of: stream, whenRoom: nil) }
      return true
    }
    let pause = Pause(whenOver: whenRoom)
    for observer in observers {
      pause.acquire()
      let hasRoom = observer.append(bytes, of: stream) {
        if pause.release() { pause.whenOver() }
      }
      if hasRoom { _ = pause.release() }
    }
    // Where all that had no room have it again already, there is nothing to pause for.
    return pause.release()
  }

  /// The pause of a stream after one piece, held by each observer without room. The tee holds it as
  /// well until every observer has the piece, so that it is not over before.
  private final class Pause: Sendable {
    let whenOver: @Sendable () -> Void
    private let holders = Atomic<Int>(1)

    init(whenOver: @escaping @Sendable () -> Void) {
      self.whenOver = whenOver
    }

    func acquire() {
      holders.add(1, ordering: .relaxed)
    }

    /// - Returns: whether that was the last holder.
    func release() -> Bool {
      holders.subtract(1, ordering: .acquiringAndReleasing).newValue == 0
    }
  }
}
