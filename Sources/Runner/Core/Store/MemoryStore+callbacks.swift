import Synchronization

/// The outbox, in memory.
extension MemoryStore {
  package func nextBatch(_ query: DeliveryBatchQuery) async throws(StoreFailure) -> DeliveryBatch {
    state.withLock { $0.outbox.nextBatch(query) }
  }

  package func record(
    _ attempt: CallbackAttempt, of callback: PendingDelivery, then next: CallbackState
  ) async throws(StoreFailure) {
    state.withLock { state in
      if state.outbox.record(attempt, of: callback, then: next) { state.settle(callback.id) }
    }
  }

  package func expireCallbacks(
    pendingBefore since: Timestamp, latest: Timestamp, at now: Timestamp
  ) async throws(StoreFailure) -> Int {
    state.withLock { state in
      let givenUp = state.outbox.expire(pendingBefore: since, latest: latest, at: now)
      for id in givenUp { state.settle(id) }
      return givenUp.count
    }
  }

  package func callbackReport(of id: JobID) async throws(StoreFailure) -> CallbackReport? {
    state.withLock { state in state.jobs[id].map { state.outbox.report(of: $0) } }
  }

  package func redeliver(
    _ id: JobID, at now: Timestamp
  ) async throws(StoreFailure) -> Redelivery {
    state.withLock { state in
      guard let job = state.jobs[id] else { return .unknown }
      guard let url = job.request.callback else { return .noCallback }
      guard job.hasEnded else { return .jobLives }
      guard !state.outbox.isPending(id) else { return .scheduled }
      state.outbox.enqueue(id, url, at: now)
      state.endedCount -= 1
      state.ended.removeAll { $0 == id }
      return .scheduled
    }
  }
}
