/// Queued jobs that may not start yet: before others have succeeded, or before a time of the wall
/// clock. What they wait for is in the store, so a restart changes nothing.
extension JobEngine {
  /// - Throws: `JobRefusal.field` for a `notBefore` that is too far away, or behind the deadline.
  func validateSchedule(of request: JobRequest, at now: Timestamp) throws(JobRefusal) {
    guard let start = request.schedule.notBefore else { return }
    guard start <= now.adding(seconds: Double(JobSchedule.notBeforeSecondsMax)) else {
      let days = JobSchedule.notBeforeSecondsMax / 86_400
      throw .field("notBefore", "notBefore must be within \(days) days: it is \(now) here.")
    }
    if let deadline = request.deadline, deadline <= start {
      throw .field("deadline", "deadline must be after notBefore.")
    }
  }

  /// Refuses a job that is to follow one that is unknown, or that its client may not see: the
  /// answer is the same.
  ///
  /// - Throws: `JobRefusal` naming `after`, or `notStored`.
  func requirePredecessors(
    of request: JobRequest, _ maySee: (Principal) -> Bool
  ) async throws(JobRefusal) {
    for id in request.schedule.after {
      var client = table.job(id)?.job.client
      if client == nil {
        do throws(StoreFailure) {
          client = try await ports.store.job(id)?.client
        } catch {
          throw .notStored(error)
        }
      }
      guard let client, maySee(client) else { throw Self.unknownPredecessor(id) }
    }
  }

  static func unknownPredecessor(_ id: JobID) -> JobRefusal {
    .field("after", "There is no job \(id).")
  }

  /// Whether a new job may start at once, as far as its schedule goes.
  func isImmediate(_ request: JobRequest) -> Bool {
    request.schedule.after.isEmpty
      && request.schedule.notBefore.map { $0 <= ports.clock.now() } ?? true
  }

  /// Queues a job that is in the table and has a reservation: at once, or when it may start.
  ///
  /// - Parameter states: what became of the jobs that it is to follow; nil where the store is to be
  ///   asked.
  func enqueue(_ live: LiveJob, _ states: PredecessorStates? = nil) {
    let id = live.job.id
    guard let reservation = live.reservation else { return }
    let open = states?.open ?? live.job.request.schedule.after
    let start = live.job.retryAt ?? live.job.request.schedule.notBefore
    let isEarly = start.map { $0 > ports.clock.now() } ?? false
    guard isEarly || !open.isEmpty || states?.failed != nil else {
      queue.append(id, reservation)
      offer(live)
      return
    }
    deferred.add(
      id,
      DeferredJobs.Deferral(
        predecessors: Set(open), until: isEarly ? start : nil, isRetry: live.job.retryAt != nil))
    if let failed = states?.failed { return skip(id, after: failed) }
    if isEarly { scheduleStartCheck() }
    // Each end that comes from now on is heard of here; one that came before is in the store.
    if open.contains(where: { table.job($0)?.job.hasEnded != false }) {
      Task { await reviewPredecessors(of: id) }
    }
  }

  /// Removes the reservation of a job from the queue, whether it may start or not.
  func removeFromQueue(_ id: JobID, _ reservation: QueueReservation) {
    if deferred.remove(id) { queue.release(reservation) } else { queue.remove(id, reservation) }
  }

  /// Takes over from the store what became of the jobs that one is to follow.
  func reviewPredecessors(of id: JobID) async {
    while deferred[id] != nil, !isShuttingDown {
      do throws(StoreFailure) {
        let states = try await ports.store.predecessors(of: id)
        guard deferred[id] != nil, !isShuttingDown else { return }
        if let failed = states.failed { return skip(id, after: failed) }
        if deferred.retain(Set(states.open), of: id) {
          makeReady(id)
          startQueued()
        }
        return
      } catch {
        ports.log.log(
          .error, "job.order_unread",
          "what job \(id) is to follow could not be read, and is tried again: the store \(error)",
          ["job": "\(id)", "error": "\(error)"])
        await ports.clock.sleep(for: Self.storeRetryDelay)
      }
    }
  }

  /// Lets the jobs that were to follow one start, or ends them. Called once its end is durable; a
  /// process that stops leaves that to the next one, which finds it in the store.
  func settleSuccessors(of id: JobID, hasSucceeded: Bool) {
    guard !isShuttingDown, !deferred.successors(of: id).isEmpty else { return }
    guard hasSucceeded else {
      for successor in deferred.successors(of: id) { skip(successor, after: id) }
      return
    }
    for successor in deferred.settle(id) { makeReady(successor) }
    startQueued()
  }

  private func skip(_ id: JobID, after failed: JobID) {
    guard let live = dequeue(id) else { return }
    let outcome =
      live.isEnding ? live.outcome(from: .cancelled(code: nil)) : .skipped(after: failed)
    Task { await finish(id, outcome, JobAccounting.Record()) }
  }

  /// Queues a job that has nothing to wait for any more.
  private func makeReady(_ id: JobID) {
    guard var live = table.job(id), let reservation = live.reservation else { return }
    let now = ports.clock.uptime()
    let ready = reservation.ready(at: now, keepsRank: live.job.rankedAt != nil)
    live.reservation = ready
    live.arrival = now
    table.put(live)
    queue.append(id, ready)
    offer(live)
  }

  /// Schedules a look at the wall clock, unless an earlier one is scheduled. A sleep does not
  /// notice a step of that clock, so it is never long.
  private func scheduleStartCheck() {
    guard let start = deferred.earliest else { return }
    let pause = checkPause(until: start)
    let checkTime = ports.clock.uptime() + pause
    if let next = deferred.nextCheck, next <= checkTime { return }
    deferred.nextCheck = checkTime
    Task {
      await ports.clock.sleep(for: .microseconds(pause))
      // An earlier check was scheduled meanwhile, and replaces this one.
      guard deferred.nextCheck == checkTime else { return }
      deferred.nextCheck = nil
      for id in deferred.removeDue(at: ports.clock.now()) { makeReady(id) }
      startQueued()
      scheduleStartCheck()
    }
  }
}
