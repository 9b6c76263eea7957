/// Submissions of which the store did not say whether it has them.
extension JobEngine {
  /// Discards a job that was not stored; where that is unknown, once it is known.
  func settleAddition(of live: LiveJob, after failure: StoreFailure) {
    guard case .unknown = failure else { return discard(live) }
    Task { await resolveAddition(of: live) }
  }

  /// Finds out whether the store has a job whose addition it did not confirm. Where it has, the job
  /// waits or runs as any other: its client was told that it may. What the job needs is reserved
  /// meanwhile.
  private func resolveAddition(of live: LiveJob) async {
    let id = live.job.id
    ports.log.log(
      .warning, "job.addition_unknown",
      "job \(id): the store was lost before it confirmed the job, and is asked whether it has it",
      ["job": "\(id)"])
    var tries = 0
    while !isShuttingDown || tries < Self.attemptsAtStop {
      await ports.clock.sleep(for: Self.storeRetryDelay)
      if isShuttingDown { tries += 1 }
      do throws(StoreFailure) {
        guard try await ports.store.job(id) != nil else { break }
        ports.log.log(
          .info, "job.addition_found", "job \(id): the store has it", ["job": "\(id)"])
        accept(live)
        // The request that has its files was refused, and sends none.
        if held.beginFilling(id) == true { await withdraw(id) }
        return
      } catch {
        continue
      }
    }
    // Where it is in the store after all, the next process finds it there.
    discard(live)
  }
}
