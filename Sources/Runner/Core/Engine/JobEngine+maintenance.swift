/// What has to be done from time to time, whether anybody asks or not.
extension JobEngine {
  /// How often old jobs are forgotten where none ends, in seconds.
  private static let purgeSeconds = 60

  /// Forgets old jobs each minute, and keeps the lease where the store has one: for as long as the
  /// process lives. To be called once, after `recover()`.
  package func startMaintenance() {
    Task {
      while !isShuttingDown {
        await ports.clock.sleep(for: .seconds(Self.purgeSeconds))
        await purgeExpired()
      }
    }
    guard let lease = ports.store.lease else { return }
    let store = ports.store
    Task {
      while !isShuttingDown {
        await renewLease()
        // Two may fail before the lease is over.
        await ports.clock.sleep(for: lease / 3)
      }
    }
    Task { for await _ in store.changes { await renewLease() } }
  }

  private func renewLease() async {
    do throws(StoreFailure) {
      let update = try await ports.store.renewLease(at: ports.clock.now())
      for id in update.cancelled { _ = try await cancel(id) }
      guard !update.adopted.isEmpty else { return }
      var recovery = Recovery()
      await adopt(update.adopted, &recovery)
      startQueued()
      ports.log.log(
        .warning,
        "jobs of a process that is silent are taken over: \(recovery.queued) wait, "
          + "\(recovery.restarted) run again, \(recovery.interrupted) were interrupted")
    } catch .fenced {
      handleLeaseLost()
    } catch {
      ports.log.log(
        .error, "the lease could not be renewed, and is tried again: the store \(error)")
    }
  }

  /// Others have our jobs: what still runs of them here must not.
  private func handleLeaseLost() {
    ports.log.log(.error, "this process was silent for too long: its jobs are others' now")
    for live in table.live {
      if let reservation = live.reservation {
        queue.remove(live.job.id, reservation)
        deadlines.remove(live.job.id)
        table.announceEnd(of: live.job.id)
        table.remove(live.job.id)
      } else {
        ports.launcher.terminate(live.launchID)
      }
    }
  }
}
