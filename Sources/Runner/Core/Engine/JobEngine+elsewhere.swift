/// Jobs of other processes of a shared store, and those that went there.
extension JobEngine {
  /// A queued job was claimed or ended by another process.
  func depart(_ id: JobID) {
    guard let live = table.job(id), !inProgress.contains(id), !live.job.hasEnded,
      live.job.state == .queued
    else { return }
    if let reservation = live.reservation {
      removeFromQueue(id, reservation)
    } else {
      held.remove(id, of: live.job.client)
    }
    handOver(id)
    Task { await discardUploads(of: live) }
  }

  /// Removes a job that another process has; those that wait for it here hear of it by the store.
  func handOver(_ id: JobID) {
    deadlines.remove(id)
    let live = table.job(id)
    let ends = table.handOver(id)
    guard let elsewhere else {
      for end in ends { end.action() }
      return
    }
    for end in ends { elsewhere.watch.observeEnd(end.observer, end.action) }
    // The request came before this process heard that it has the job no more.
    if live?.isCancelled == true { Task { await passCancel(id) } }
  }

  private func passCancel(_ id: JobID) async {
    while !isShuttingDown {
      do throws(StoreFailure) {
        _ = try await cancelElsewhere(id)
        return
      } catch {
        await ports.clock.sleep(for: Self.storeRetryDelay)
      }
    }
  }

  /// Cancels a job that this process does not have: one that waits is ended in the store.
  ///
  /// - Throws: `StoreFailure` where the store fails: the job goes on.
  func cancelElsewhere(_ id: JobID) async throws(StoreFailure) -> CancelResult {
    // It may start, or be put back, between the look and the act: each turn is one such change.
    while true {
      guard var job = try await ports.store.job(id) else { return .unknown }
      guard !job.hasEnded else { return .ended }
      guard job.state == .queued, sharing != nil else {
        if try await ports.store.requestCancel(id) { return .accepted }
        guard sharing != nil else { return .ended }
        continue
      }
      // What came here in between is cancelled here.
      if table.job(id) != nil { return try await cancel(id) }
      do throws(IllegalTransitionError) {
        try job.apply(.ended(.cancelled(code: nil)), at: ports.clock.now())
      } catch {
        return .ended
      }
      do throws(StoreFailure) {
        for purged in try await ports.store.end(job) { table.forget(purged) }
      } catch .fenced {
        continue
      } catch {
        throw error
      }
      settleSuccessors(of: id, hasSucceeded: false)
      if job.request.callback != nil { ports.callbacks.scheduleDelivery(job.snapshot()) }
      return .accepted
    }
  }

  /// A job that waits here as far as this process has heard, where the store knows better.
  func startedElsewhere(_ id: JobID) async -> JobSnapshot? {
    guard sharing != nil, !inProgress.contains(id) else { return nil }
    do throws(StoreFailure) {
      guard let job = try await ports.store.job(id), job.state != .queued,
        table.job(id).map({ $0.job.state == .queued && $0.reservation != nil }) ?? true
      else { return nil }
      return job.snapshot()
    } catch {
      // What this process knows is the best there is.
      return nil
    }
  }
}
