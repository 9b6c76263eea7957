import CCurl
import Synchronization

/// What passes between the threads that hand over letters and the one that delivers them.
final class CallbackMailbox: Sendable {
  /// What the delivering thread is to do next.
  struct Turn {
    var letters: [CallbackLetter]
    /// True when letters are left for a later turn.
    var hasMore: Bool
    /// When to give up; nil while nobody asked to stop.
    var stopAt: ContinuousClock.Instant?
  }

  /// Safe: the waker is used under the lock only, and set to nil before its handle goes.
  @safe private struct Content {
    var arrived: [CallbackLetter] = []
    /// Those that arrived before all of `arrived`, newest first: both ends cost constant time.
    var next: [CallbackLetter] = []
    var isStarted = false
    var isEnded = false
    var stopAt: ContinuousClock.Instant?
    var waker: ccurl_waker?
    var stopWaiters: [CheckedContinuation<Void, Never>] = []

    var count: Int { arrived.count + next.count }

    mutating func popFirst() -> CallbackLetter? {
      if next.isEmpty {
        next = arrived.reversed()
        arrived = []
      }
      return next.popLast()
    }

    /// Called with the lock held: the handle behind the waker cannot go meanwhile.
    func wake() {
      if let waker = unsafe waker { _ = unsafe ccurl_wake(waker) }
    }
  }

  private let content = Mutex<Content>(Content())

  /// Whoever hands over bounds how many there are.
  ///
  /// - Returns: false when it is too late for the letter.
  func put(_ letter: CallbackLetter) -> Bool {
    content.withLock { content in
      guard content.stopAt == nil else { return false }
      content.arrived.append(letter)
      content.wake()
      return true
    }
  }

  /// The first up to `room` letters that wait, in order of arrival.
  func take(_ room: Int) -> Turn {
    content.withLock { content in
      var letters: [CallbackLetter] = []
      while letters.count < room, let letter = content.popFirst() { letters.append(letter) }
      return Turn(letters: letters, hasMore: content.count > 0, stopAt: content.stopAt)
    }
  }

  /// Whether no more letters are taken.
  var isStopping: Bool { content.withLock { $0.stopAt != nil } }

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
    content.withLock { unsafe $0.waker = waker }
  }

  /// Takes no more letters, and returns when the delivering thread has ended.
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

  /// The delivering thread is done and looks at nothing here any more.
  func end() {
    let waiters = content.withLock { content in
      content.isEnded = true
      content.stopAt = content.stopAt ?? .now
      defer { content.stopWaiters = [] }
      return content.stopWaiters
    }
    for waiter in waiters { waiter.resume() }
  }
}
