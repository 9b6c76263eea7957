import CCurl
import RunnerCore
import Synchronization
import SystemBase

/// The queue between the threads that enqueue deliveries and the thread that sends them.
final class DeliveryQueue: Sendable {
  /// The work of one turn of the sending thread.
  struct Batch {
    var requests: [DeliveryRequest]
    /// Whether deliveries are left for a later turn.
    var hasMore: Bool
    /// Whether bodies are being encoded, whose deliveries are still to come.
    var isEncoding: Bool
    /// Deadline of the stop; nil until `stop` is called.
    var stopAt: ContinuousClock.Instant?
  }

  /// A delivery that has not reached the sending thread.
  struct Delivery: Sendable {
    let id: JobID
    /// Called once, by the one that takes the delivery out of the queue.
    let completion: DeliveryRequest.Completion
  }

  /// SAFETY: the waker is used under the lock only, and set to nil before its handle goes.
  @safe private struct Content {
    var requests = FIFOQueue<DeliveryRequest>()
    /// Deliveries whose bodies are being encoded, by ticket.
    var encoding: [UInt64: Delivery] = [:]
    var lastTicket: UInt64 = 0
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

  /// Announces a delivery whose body is still to be encoded: a stop waits for it. Unbounded here:
  /// the dispatcher bounds the deliveries in flight.
  ///
  /// - Returns: the ticket for `enqueue` or `withdraw`; nil after a stop.
  func announce(_ delivery: Delivery) -> UInt64? {
    content.withLock { content in
      guard content.stopAt == nil else { return nil }
      content.lastTicket += 1
      content.encoding[content.lastTicket] = delivery
      return content.lastTicket
    }
  }

  /// Queues an announced delivery; drops it where it was drained meanwhile.
  func enqueue(_ request: DeliveryRequest, _ ticket: UInt64) {
    content.withLock { content in
      guard content.encoding.removeValue(forKey: ticket) != nil else { return }
      content.requests.append(request)
      content.wake()
    }
  }

  /// Takes an announced delivery back.
  ///
  /// - Returns: false where it was drained meanwhile, and its completion was called.
  func withdraw(_ ticket: UInt64) -> Bool {
    content.withLock { content in
      guard content.encoding.removeValue(forKey: ticket) != nil else { return false }
      content.wake()
      return true
    }
  }

  /// Removes all deliveries that have not reached the sending thread, those whose bodies are still
  /// being encoded too.
  func drain() -> [Delivery] {
    content.withLock { content in
      var left: [Delivery] = []
      while let request = content.requests.popFirst() {
        left.append(Delivery(id: request.id, completion: request.completion))
      }
      left += content.encoding.sorted { $0.key < $1.key }.map(\.value)
      content.encoding = [:]
      return left
    }
  }

  /// At most `countMax` queued deliveries, in order of arrival.
  func dequeue(upTo countMax: Int) -> Batch {
    content.withLock { content in
      var requests: [DeliveryRequest] = []
      while requests.count < countMax, let request = content.requests.popFirst() {
        requests.append(request)
      }
      return Batch(
        requests: requests, hasMore: !content.requests.isEmpty,
        isEncoding: !content.encoding.isEmpty, stopAt: content.stopAt)
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
