/// Delivers what the store says is owed, at its time.
///
/// It never holds more of it than is on its way: ten thousand callbacks for a receiver that does
/// not answer stay in the store. What came of a try is kept before the next one; a try whose
/// outcome was not kept is made again, so receivers see each callback at least once, under one id.
package actor CallbackDispatcher: CallbackDelivering {
  /// Callbacks on their way at one time; each is a connection.
  package static let inFlightMax = 64
  /// Callbacks that a stop tries to get rid of, where the next process will know of none.
  private static let drainedMax = 10_000
  /// How long it waits for a store that fails before it tries again, in seconds.
  private static let storePauseSeconds = 1.0
  /// How often the outcome of a try is tried to be kept once the service stops.
  private static let triesAtStop = 3
  /// Microseconds from one look at what is owed for too long to the next.
  private static let tidyMicroseconds: Int64 = 60_000_000

  private nonisolated let store: any JobStore
  private nonisolated let sender: any CallbackSending
  private let clock: any WallClock
  private nonisolated let log: any Logging
  private let drainsAtStop: Bool
  private var settings: CallbackSettings

  private var inFlight: [JobID: (callback: OwedCallback, handing: Task<Void, Never>)] = [:]
  /// Receivers with something in flight, to which nothing more can go until something happens
  /// there.
  private var looked: Set<String> = []
  /// Where something happened while the store was being asked.
  private var touched: Set<String> = []
  private var isStarted = false
  private var isStopping = false
  private var isTurning = false
  private var isAskedAgain = false
  private var isStoreFailing = false
  private var tidiedAt: Timestamp?
  private var alarm: Task<Void, Never>?
  private var idleWaiters: [CheckedContinuation<Void, Never>] = []

  /// - Parameter drainsAtStop: whether all that is owed is tried once more when the service stops,
  ///   because the store does not outlive the process.
  package init(
    _ settings: CallbackSettings = CallbackSettings(), store: any JobStore,
    sender: any CallbackSending, clock: any WallClock, log: any Logging, drainsAtStop: Bool
  ) {
    self.settings = settings
    self.store = store
    self.sender = sender
    self.clock = clock
    self.log = log
    self.drainsAtStop = drainsAtStop
  }

  /// Begins with what an earlier process left owed.
  package func start() async {
    isStarted = true
    await tidyAndTurn()
  }

  /// Other bounds hold from now on.
  package func use(_ settings: CallbackSettings) async {
    self.settings = settings
    looked = []
    await turn()
  }

  package nonisolated func problem(with url: String) -> String? { sender.problem(with: url) }

  package nonisolated func deliver(_ job: JobSnapshot) {
    guard let url = job.request.callback else { return }
    Task { await touch(CallbackReceiver.name(of: url)) }
  }

  /// Begins nothing new, and returns when what is on its way has ended, which the sender bounds.
  package func stop() async {
    isStopping = true
    alarm?.cancel()
    if isStarted, drainsAtStop { await drain() }
    await sender.stop()
    guard !inFlight.isEmpty else { return }
    await withCheckedContinuation { idleWaiters.append($0) }
  }

  private func touch(_ receiver: String) async {
    looked.remove(receiver)
    touched.insert(receiver)
    await turn()
  }

  /// Sends what can be sent. One turn at a time; what happens meanwhile makes another.
  private func turn() async {
    guard isStarted, !isStopping else { return }
    guard !isTurning else {
      isAskedAgain = true
      return
    }
    isTurning = true
    defer { isTurning = false }
    repeat {
      isAskedAgain = false
      await pass()
    } while isAskedAgain && !isStopping
  }

  private func pass() async {
    let room = Self.inFlightMax - inFlight.count
    // The end of any of them makes another turn.
    guard room > 0 else { return }
    touched = []
    let wish = CallbackWish(
      at: clock.now(), limit: room, perReceiver: settings.perReceiver,
      inFlight: inFlight.values.map(\.callback), skipped: looked)
    do throws(StoreFailure) {
      let due = try await store.due(wish)
      isStoreFailing = false
      guard !isStopping else { return }
      for callback in due.callbacks { begin(callback) }
      looked = Set(inFlight.values.map(\.callback.receiver)).subtracting(touched)
      ring(at: due.next)
    } catch {
      if !isStoreFailing {
        log.log(.error, "callbacks wait: the store \(error)")
      }
      isStoreFailing = true
      ring(at: clock.now().adding(seconds: Self.storePauseSeconds))
    }
  }

  private func begin(_ callback: OwedCallback) {
    guard inFlight[callback.id] == nil else { return }
    let handing = Task { await hand(callback) }
    inFlight[callback.id] = (callback, handing)
  }

  /// Reads the job and hands it to the sender. Not on this actor: a long body takes its time.
  private nonisolated func hand(_ callback: OwedCallback) async {
    do throws(StoreFailure) {
      guard let job = try await store.job(callback.id) else {
        await keep(CallbackOutcome(.failed(.job), milliseconds: 0), of: callback)
        return
      }
      await Self.send(job.snapshot(), with: sender) { outcome in
        Task { await self.ended(callback, outcome) }
      }
    } catch {
      log.log(.error, "callback of job \(callback.id) waits: the store \(error)")
      await pauseForStore()
      await release(callback)
    }
  }

  @concurrent
  private static func send(
    _ job: JobSnapshot, with sender: any CallbackSending,
    _ then: @escaping @Sendable (CallbackOutcome?) -> Void
  ) async {
    sender.send(job, then)
  }

  private func ended(_ callback: OwedCallback, _ outcome: CallbackOutcome?) async {
    if let outcome {
      await keep(outcome, of: callback)
    } else {
      await release(callback)
    }
  }

  /// Its place is free when what came of it is kept, and not before: a store that fails must not
  /// make a receiver hear the same again and again.
  private func keep(_ outcome: CallbackOutcome, of callback: OwedCallback) async {
    let now = clock.now()
    let attempt = CallbackAttempt(
      at: now.adding(seconds: -Double(outcome.milliseconds) / 1000),
      milliseconds: outcome.milliseconds, result: outcome.result)
    let state = settings.schedule.state(
      after: outcome.result, tries: callback.tries + 1, since: callback.since, at: now,
      chance: .random(in: 0..<1))
    var tries = 0
    while true {
      do throws(StoreFailure) {
        try await store.record(attempt, of: callback, then: state)
        break
      } catch {
        tries += 1
        if tries == 1 {
          log.log(
            .error,
            "callback of job \(callback.id): a try could not be kept, and is kept later: "
              + "the store \(error)")
        }
        if isStopping, tries >= Self.triesAtStop { break }
        await pauseForStore()
      }
    }
    if state == .givenUp {
      log.log(
        .warning,
        "callback of job \(callback.id) to \(CallbackReceiver.shown(callback.url)) is given up "
          + "after \(callback.tries + 1) tries")
    }
    await release(callback)
  }

  private func pauseForStore() async {
    await clock.sleep(for: .seconds(Self.storePauseSeconds))
  }

  private func release(_ callback: OwedCallback) async {
    inFlight[callback.id] = nil
    if inFlight.isEmpty, isStopping {
      for waiter in idleWaiters { waiter.resume() }
      idleWaiters = []
    }
    await touch(callback.receiver)
  }

  /// Hands over all that is owed at once, whatever its time.
  private func drain() async {
    for (_, handing) in inFlight.values { await handing.value }
    var wish = CallbackWish(
      at: Timestamp(microseconds: .max), limit: Self.drainedMax, perReceiver: Self.drainedMax,
      inFlight: inFlight.values.map(\.callback))
    wish.isLast = true
    do throws(StoreFailure) {
      for callback in try await store.due(wish).callbacks {
        begin(callback)
        await inFlight[callback.id]?.handing.value
      }
    } catch {
      log.log(.error, "callbacks are lost: the store \(error)")
    }
  }

  /// Turns again at `time`, and soon enough to notice that the clock was set.
  private func ring(at time: Timestamp?) {
    alarm?.cancel()
    alarm = nil
    guard let time else { return }
    let clock = clock
    alarm = Task {
      let left = min(time.microseconds - clock.now().microseconds, Self.tidyMicroseconds)
      if left > 0 { await clock.sleep(for: .microseconds(left)) }
      guard !Task.isCancelled else { return }
      await self.tidyAndTurn()
    }
  }

  private func tidyAndTurn() async {
    let now = clock.now()
    let sinceTidy = tidiedAt.map { now.microseconds - $0.microseconds }
    if !isStopping, sinceTidy.map({ $0 < 0 || $0 >= Self.tidyMicroseconds }) ?? true {
      tidiedAt = now
      await tidy(now)
    }
    await turn()
  }

  private func tidy(_ now: Timestamp) async {
    var count = 0
    let schedule = settings.schedule
    do throws(StoreFailure) {
      while true {
        let some = try await store.tidyCallbacks(
          owedBefore: now.adding(seconds: -schedule.giveUpSeconds),
          latest: now.adding(seconds: schedule.longestWaitSeconds), at: now)
        guard some > 0 else { break }
        count += some
      }
    } catch {
      log.log(.error, "callbacks that are owed for too long stay: the store \(error)")
    }
    if count > 0 {
      log.log(.warning, "\(count) callbacks are given up: their receivers do not work for too long")
    }
  }
}
