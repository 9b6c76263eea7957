/// Delivers the pending deliveries of the outbox when they are due.
///
/// It holds in memory only what is in flight: ten thousand deliveries to a dead receiver stay in
/// the store. The outcome of an attempt is persisted before the next attempt; an attempt whose
/// outcome was lost is repeated, so a receiver gets each callback at least once, under one id.
package actor CallbackDispatcher: CallbackNotifier {
  /// Number of deliveries in flight at one time; each has a connection.
  package static let inFlightMax = 64
  /// Deliveries that are attempted at a stop where the store does not outlive the process.
  private static let drainMax = 10_000
  /// Delay before the next try after a store failure, in seconds.
  private static let storeRetrySeconds = 1.0
  /// Tries to persist the outcome of an attempt once the service stops.
  private static let attemptsAtStop = 3
  /// Interval between two passes that expire old deliveries, in microseconds.
  private static let expiryMicroseconds: Int64 = 60_000_000

  private nonisolated let store: any JobStore
  private nonisolated let sender: any CallbackTransport
  private let clock: any WallClock
  private nonisolated let log: any Logger
  private let metrics: any Metrics
  private let drainsAtStop: Bool
  private var settings: CallbackSettings

  private var inFlight: [JobID: (callback: PendingDelivery, dispatchTask: Task<Void, Never>)] = [:]
  /// Receivers with deliveries in flight that can take no more until one of these ends.
  private var saturatedReceivers: Set<String> = []
  /// Receivers that changed while the store was being queried.
  private var changedReceivers: Set<String> = []
  private var isStarted = false
  private var isStopping = false
  private var isRunningPasses = false
  private var isPassRequested = false
  private var isStoreFailing = false
  private var expiredAt: Timestamp?
  private var wakeup: Task<Void, Never>?
  private var idleWaiters: [CheckedContinuation<Void, Never>] = []

  /// - Parameter drainsAtStop: whether all pending deliveries are attempted once more when the
  ///   service stops, because the store does not outlive the process.
  package init(
    _ settings: CallbackSettings = CallbackSettings(), store: any JobStore,
    sender: any CallbackTransport, clock: any WallClock, log: any Logger,
    metrics: any Metrics = NoMetrics(), drainsAtStop: Bool
  ) {
    self.settings = settings
    self.store = store
    self.sender = sender
    self.clock = clock
    self.log = log
    self.metrics = metrics
    self.drainsAtStop = drainsAtStop
  }

  /// Starts delivery, first of what an earlier process left pending.
  package func start() async {
    isStarted = true
    await expireAndRun()
  }

  /// Applies new settings, for instance after a reload.
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

  package nonisolated func scheduleAdopted() { Task { await runPasses() } }

  /// Starts no more deliveries, and returns when those in flight have ended; the transport bounds
  /// the wait.
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

  /// Starts due deliveries. One pass at a time; a change during a pass causes another.
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
    // The end of each delivery in flight causes another pass.
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
        log.log(
          .error, "callbacks.store_failed", "callbacks wait: the store \(error)",
          ["error": "\(error)"])
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

  /// Reads the job and passes it to the transport.
  private nonisolated func dispatch(_ callback: PendingDelivery) async {
    do throws(StoreFailure) {
      guard let job = try await store.job(callback.id) else {
        await recordOutcome(CallbackOutcome(.failed(.job), milliseconds: 0), of: callback)
        return
      }
      sender.send(job.snapshot()) { outcome in
        Task { await self.ended(callback, outcome) }
      }
    } catch {
      log.log(
        .error, "callback.store_failed", "callback of job \(callback.id) waits: the store \(error)",
        ["job": "\(callback.id)", "error": "\(error)"])
      await waitForStore()
      await finishDelivery(callback)
    }
  }

  private func ended(_ callback: PendingDelivery, _ outcome: CallbackOutcome?) async {
    if let outcome {
      await recordOutcome(outcome, of: callback)
    } else {
      await finishDelivery(callback)
    }
  }

  /// Persists the outcome of an attempt. The delivery counts as in flight until then: a store
  /// failure must not make a receiver get the same callback again and again.
  private func recordOutcome(_ outcome: CallbackOutcome, of callback: PendingDelivery) async {
    metrics.add(1, to: .callbackAttempts, [outcome.result.name])
    metrics.observe(Double(outcome.milliseconds) / 1000, in: .callbackAttemptDuration, [])
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
            .error, "callback.attempt_not_kept",
            "callback of job \(callback.id): a try could not be kept, and is kept later: "
              + "the store \(error)", ["job": "\(callback.id)", "error": "\(error)"])
        }
        if isStopping, tries >= Self.attemptsAtStop { break }
        await waitForStore()
      }
    }
    if state == .givenUp {
      log.log(
        .warning, "callback.given_up",
        "callback of job \(callback.id) to \(CallbackURL.redacted(callback.url)) is given up "
          + "after \(callback.tries + 1) tries",
        [
          "job": "\(callback.id)", "receiver": .text(CallbackURL.redacted(callback.url)),
          "tries": .integer(Int(callback.tries) + 1),
        ])
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

  /// Attempts all pending deliveries at once, whatever their due time.
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
      log.log(
        .error, "callbacks.lost", "callbacks are lost: the store \(error)", ["error": "\(error)"])
    }
  }

  /// Schedules the next pass at `time`, and early enough to notice a step of the wall clock.
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
      log.log(
        .error, "callbacks.expiry_failed",
        "callbacks that are pending for too long stay: the store \(error)", ["error": "\(error)"])
    }
    if count > 0 {
      log.log(
        .warning, "callbacks.given_up",
        "\(count) callbacks are given up: their receivers do not work for too long",
        ["callbacks": .integer(count)])
    }
  }
}
