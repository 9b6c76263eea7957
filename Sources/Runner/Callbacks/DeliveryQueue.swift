import CCurl
import Synchronization
import SystemBase

/// The queue between the threads that enqueue deliveries and the thread that sends them.
final class DeliveryQueue: Sendable {
  /// The work of one turn of the sending thread.
  struct Batch {
    var requests: [DeliveryRequest]
    /// Whether deliveries are left for a later turn.
    var hasMore: Bool
    /// Deadline of the stop; nil until `stop` is called.
    var stopAt: ContinuousClock.Instant?
  }

  /// SAFETY: the waker is used under the lock only, and set to nil before its handle goes.
  @safe private struct Content {
    var requests = FIFOQueue<DeliveryRequest>()
    var isStarted = false
    var isEnded = false
    var stopAt: ContinuousClock.Instant?
    var waker: ccurl_waker?
    var stopWaiters: [CheckedContinuation<Void, Never>] = []

    /// Called with the lock held: the handle behind the waker cannot go meanwhile.
    func wake() {
      if let waker = unsafe waker { _ = unsafe ccurl_wake(waker) }
    }
  }

  private let content = Mutex<Content>(Content())

  /// Unbounded here: the dispatcher bounds the deliveries in flight.
  ///
  /// - Returns: false after a stop.
  func enqueue(_ request: DeliveryRequest) -> Bool {
    content.withLock { content in
      guard content.stopAt == nil else { return false }
      content.requests.append(request)
      content.wake()
      return true
    }
  }

  /// At most `countMax` queued deliveries, in order of arrival.
  func dequeue(upTo countMax: Int) -> Batch {
    content.withLock { content in
      var requests: [DeliveryRequest] = []
      while requests.count < countMax, let request = content.requests.popFirst() {
        requests.append(request)
      }
      return Batch(requests: requests, hasMore: !content.requests.isEmpty, stopAt: content.stopAt)
    }
  }

  /// Whether deliveries are refused from now on.
  var isStopping: Bool { content.withLock { $0.stopAt != nil } }

  /// Marks the sending thread as started.
  ///
  /// - Returns: true for the first caller only, and not after a stop.
  func start() -> Bool {
    content.withLock { content in
      guard !content.isStarted, content.stopAt == nil else { return false }
      content.isStarted = true
      return true
    }
  }

  /// From now on `waker` is woken for each event; nil before its handle goes.
  func setWaker(_ waker: ccurl_waker?) {
    // SAFETY: the waker is stored under the lock that each use of it holds; `DeliveryLoop.run` sets
    // it to nil before its handle goes.
    content.withLock { unsafe $0.waker = waker }
  }

  /// Refuses further deliveries, and returns when the sending thread has ended.
  func stop(at instant: ContinuousClock.Instant) async {
    await withCheckedContinuation { waiter in
      let isOver = content.withLock { content in
        content.stopAt = content.stopAt ?? instant
        content.wake()
        guard content.isStarted, !content.isEnded else { return true }
        content.stopWaiters.append(waiter)
        return false
      }
      if isOver { waiter.resume() }
    }
  }

  /// The sending thread is done and does not use the queue any more.
  func markEnded() {
    let waiters = content.withLock { content in
      content.isEnded = true
      content.stopAt = content.stopAt ?? .now
      defer { content.stopWaiters = [] }
      return content.stopWaiters
    }
    for waiter in waiters { waiter.resume() }
  }
}
