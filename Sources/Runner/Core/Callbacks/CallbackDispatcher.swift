/// Delivers what the store says is owed, at its time.
///
/// It never holds more of it than is on its way: ten thousand callbacks for a receiver that does
/// not answer stay in the store. What came of a try is kept before the next one; a try whose
/// outcome was not kept is made again, so receivers see each callback at least once, under one id.
package actor CallbackDispatcher: CallbackNotifier {
  /// Callbacks on their way at one time; each is a connection.
  package static let inFlightMax = 64
  /// Callbacks that a stop tries to get rid of, where the next process will know of none.
  private static let drainMax = 10_000
  /// How long it waits for a store that fails before it tries again, in seconds.
  private static let storeRetrySeconds = 1.0
  /// How often the outcome of a try is tried to be kept once the service stops.
  private static let attemptsAtStop = 3
  /// Microseconds from one look at what is owed for too long to the next.
  private static let expiryMicroseconds: Int64 = 60_000_000

  private nonisolated let store: any JobStore
  private nonisolated let sender: any CallbackTransport
  private let clock: any WallClock
  private nonisolated let log: any Logger
  private let drainsAtStop: Bool
  private var settings: CallbackSettings

  private var inFlight: [JobID: (callback: PendingDelivery, dispatchTask: Task<Void, Never>)] = [:]
  /// Receivers with something in flight, to which nothing more can go until something happens
  /// there.
  private var saturatedReceivers: Set<String> = []
  /// Where something happened while the store was being asked.
  private var changedReceivers: Set<String> = []
  private var isStarted = false
  private var isStopping = false
  private var isRunningPasses = false
  private var isPassRequested = false
  private var isStoreFailing = false
  private var expiredAt: Timestamp?
  private var wakeup: Task<Void, Never>?
  private var idleWaiters: [CheckedContinuation<Void, Never>] = []

  /// - Parameter drainsAtStop: whether all that is owed is tried once more when the service stops,
  ///   because the store does not outlive the process.
  package init(
    _ settings: CallbackSettings = CallbackSettings(), store: any JobStore,
    sender: any CallbackTransport, clock: any WallClock, log: any Logger, drainsAtStop: Bool
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
    await expireAndRun()
  }

  /// Other bounds hold from now on.
  package func reconfigure(_ settings: CallbackSettings) async {
    self.settings = settings
    saturatedReceivers = []
    await runPasses()
  }

  package nonisolated func problem(with url: String) -> String? { sender.problem(with: url) }

  package nonisolated func scheduleDelivery(_ job: JobSnapshot) {
    guard let url = job.request.callback else { return }
    Task { await receiverChanged(CallbackURL.origin(of: url)) }
  }

  /// Begins nothing new, and returns when what is on its way has ended, which the sender bounds.
  package func stop() async {
    isStopping = true
    wakeup?.cancel()
    if isStarted, drainsAtStop { await drain() }
    await sender.stop()
    guard !inFlight.isEmpty else { return }
    await withCheckedContinuation { idleWaiters.append($0) }
  }

  private func receiverChanged(_ receiver: String) async {
    saturatedReceivers.remove(receiver)
    changedReceivers.insert(receiver)
    await runPasses()
  }

  /// Sends what can be sent. One turn at a time; what happens meanwhile makes another.
  private func runPasses() async {
    guard isStarted, !isStopping else { return }
    guard !isRunningPasses else {
      isPassRequested = true
      return
    }
    isRunningPasses = true
    defer { isRunningPasses = false }
    repeat {
      isPassRequested = false
      await runPass()
    } while isPassRequested && !isStopping
  }

  private func runPass() async {
    let capacity = Self.inFlightMax - inFlight.count
    // The end of any of them makes another turn.
    guard capacity > 0 else { return }
    changedReceivers = []
    let query = DeliveryBatchQuery(
      at: clock.now(), limit: capacity, perReceiver: settings.perReceiver,
      inFlight: inFlight.values.map(\.callback), skipped: saturatedReceivers)
    do throws(StoreFailure) {
      let due = try await store.nextBatch(query)
      isStoreFailing = false
      guard !isStopping else { return }
      for callback in due.callbacks { startDelivery(callback) }
      saturatedReceivers = Set(inFlight.values.map(\.callback.receiver)).subtracting(
        changedReceivers)
      scheduleWakeup(at: due.next)
    } catch {
      if !isStoreFailing {
        log.log(.error, "callbacks wait: the store \(error)")
      }
      isStoreFailing = true
      scheduleWakeup(at: clock.now().adding(seconds: Self.storeRetrySeconds))
    }
  }

  private func startDelivery(_ callback: PendingDelivery) {
    guard inFlight[callback.id] == nil else { return }
    let dispatchTask = Task { await dispatch(callback) }
    inFlight[callback.id] = (callback, dispatchTask)
  }

  /// Reads the job and hands it to the sender. Not on this actor: a long body takes its time.
  private nonisolated func dispatch(_ callback: PendingDelivery) async {
    do throws(StoreFailure) {
      guard let job = try await store.job(callback.id) else {
        await recordOutcome(CallbackOutcome(.failed(.job), milliseconds: 0), of: callback)
        return
      }
      await Self.send(job.snapshot(), with: sender) { outcome in
        Task { await self.ended(callback, outcome) }
      }
    } catch {
      log.log(.error, "callback of job \(callback.id) waits: the store \(error)")
      await waitForStore()
      await finishDelivery(callback)
    }
  }

  @concurrent
  private static func send(
    _ job: JobSnapshot, with sender: any CallbackTransport,
    _ then: @escaping @Sendable (CallbackOutcome?) -> Void
  ) async {
    sender.send(job, then)
  }

  private func ended(_ callback: PendingDelivery, _ outcome: CallbackOutcome?) async {
    if let outcome {
      await recordOutcome(outcome, of: callback)
    } else {
      await finishDelivery(callback)
    }
  }

  /// Its place is free when what came of it is kept, and not before: a store that fails must not
  /// make a receiver hear the same again and again.
  private func recordOutcome(_ outcome: CallbackOutcome, of callback: PendingDelivery) async {
    let now = clock.now()
    let attempt = CallbackAttempt(
      at: now.adding(seconds: -Double(outcome.milliseconds) / 1000),
      milliseconds: outcome.milliseconds, result: outcome.result)
    let state = settings.schedule.state(
      after: outcome.result, tries: callback.tries + 1, since: callback.pendingSince, at: now,
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
        if isStopping, tries >= Self.attemptsAtStop { break }
        await waitForStore()
      }
    }
    if state == .givenUp {
      log.log(
        .warning,
        "callback of job \(callback.id) to \(CallbackURL.redacted(callback.url)) is given up "
          + "after \(callback.tries + 1) tries")
    }
    await finishDelivery(callback)
  }

  private func waitForStore() async {
    await clock.sleep(for: .seconds(Self.storeRetrySeconds))
  }

  private func finishDelivery(_ callback: PendingDelivery) async {
    inFlight[callback.id] = nil
    if inFlight.isEmpty, isStopping {
      for waiter in idleWaiters { waiter.resume() }
      idleWaiters = []
    }
    await receiverChanged(callback.receiver)
  }

  /// Hands over all that is owed at once, whatever its time.
  private func drain() async {
    for (_, dispatchTask) in inFlight.values { await dispatchTask.value }
    var query = DeliveryBatchQuery(
      at: Timestamp(microseconds: .max), limit: Self.drainMax, perReceiver: Self.drainMax,
      inFlight: inFlight.values.map(\.callback))
    query.ignoresBreakers = true
    do throws(StoreFailure) {
      for callback in try await store.nextBatch(query).callbacks {
        startDelivery(callback)
        await inFlight[callback.id]?.dispatchTask.value
      }
    } catch {
      log.log(.error, "callbacks are lost: the store \(error)")
    }
  }

  /// Turns again at `time`, and soon enough to notice that the clock was set.
  private func scheduleWakeup(at time: Timestamp?) {
    wakeup?.cancel()
    wakeup = nil
    guard let time else { return }
    let clock = clock
    wakeup = Task {
      let left = min(time.microseconds - clock.now().microseconds, Self.expiryMicroseconds)
      if left > 0 { await clock.sleep(for: .microseconds(left)) }
      guard !Task.isCancelled else { return }
      await self.expireAndRun()
    }
  }

  private func expireAndRun() async {
    let now = clock.now()
    let sinceExpiry = expiredAt.map { now.microseconds - $0.microseconds }
    if !isStopping, sinceExpiry.map({ $0 < 0 || $0 >= Self.expiryMicroseconds }) ?? true {
      expiredAt = now
      await expireOverdue(now)
    }
    await runPasses()
  }

  private func expireOverdue(_ now: Timestamp) async {
    var count = 0
    let schedule = settings.schedule
    do throws(StoreFailure) {
      while true {
        let some = try await store.expireCallbacks(
          pendingBefore: now.adding(seconds: -schedule.giveUpSeconds),
          latest: now.adding(seconds: schedule.longestDelaySeconds), at: now)
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
