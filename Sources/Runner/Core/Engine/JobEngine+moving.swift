/// Moves of waiting jobs among those of their client: what others get is not touched.
extension JobEngine {
  /// Result of a request to move a job.
  package enum MoveResult: Sendable {
    /// It stands there.
    case moved(JobSnapshot)
    /// It is in no order: it is held, may not start yet, runs, or has ended.
    case notQueued
    /// It waits on another node, which alone has its order.
    case elsewhere
    case unknown
  }

  /// Moves a waiting job. A restart changes nothing of it. Moves of one job are made one after the
  /// other.
  ///
  /// - Throws: `StoreFailure` when that could not be made durable; the job is where it was then.
  package func move(_ id: JobID, _ move: MoveAction) async throws(StoreFailure) -> MoveResult {
    // The store and the queue must end with the same one of two.
    while moves[id] != nil {
      await withCheckedContinuation { moves[id, default: []].append($0) }
    }
    moves[id] = []
    defer { for waiter in moves.removeValue(forKey: id) ?? [] { waiter.resume() } }
    guard table.job(id) != nil else {
      guard let job = try await ports.store.job(id) else { return .unknown }
      return sharing != nil && job.state == .queued ? .elsewhere : .notQueued
    }
    guard let (_, reservation) = queuedJob(id) else { return .notQueued }
    if let rank = queue.rank(moving: id, reservation, move) {
      let time = ports.clock.now().microseconds - (ports.clock.uptime() - rank)
      try await ports.store.setRank(Timestamp(microseconds: time), of: id)
      // It may have started meanwhile.
      guard let (queued, old) = queuedJob(id) else { return .notQueued }
      var live = queued
      live.job.rankedAt = Timestamp(microseconds: time)
      let reservation = old.ranked(rank)
      live.reservation = reservation
      queue.move(id, to: reservation)
      table.put(live)
    }
    guard let job = try await find(id) else { return .unknown }
    return .moved(job)
  }

  /// A job that waits for its turn and for nothing else.
  private func queuedJob(_ id: JobID) -> (LiveJob, QueueReservation)? {
    guard let live = table.job(id), let reservation = live.reservation, deferred[id] == nil,
      !live.isEnding
    else { return nil }
    return (live, reservation)
  }
}
