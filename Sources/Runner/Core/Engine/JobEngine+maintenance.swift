/// Periodic maintenance: lease renewal and retention.
extension JobEngine {
  /// Interval between two retention passes, in seconds.
  private static let purgeSeconds = 60

  /// Starts the retention pass of each minute and, where the store has a lease, its renewal, for
  /// the life of the process. Called once, after `recover()`.
  package func startMaintenance() {
    Task {
      while !isShuttingDown {
        await ports.clock.sleep(for: .seconds(Self.purgeSeconds))
        endExpiredHolds()
        await purgeExpired()
      }
    }
    guard let lease = ports.store.lease else { return }
    let store = ports.store
    Task {
      while !isShuttingDown {
        await renewLease()
        // Two renewals may fail before the lease expires.
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
        .warning, "jobs.taken_over",
        "jobs of a process that is silent are taken over: \(recovery.queued) wait, "
          + "\(recovery.restarted) run again, \(recovery.interrupted) were interrupted",
        [
          "queued": .integer(recovery.queued), "restarted": .integer(recovery.restarted),
          "interrupted": .integer(recovery.interrupted),
        ])
    } catch .fenced {
      handleLeaseLost()
    } catch {
      ports.log.log(
        .error, "lease.renewal_failed",
        "the lease could not be renewed, and is tried again: the store \(error)",
        ["error": "\(error)"])
    }
  }

  /// The lease expired and other processes own the jobs: those that still run here are terminated.
  private func handleLeaseLost() {
    ports.log.log(
      .error, "lease.lost", "this process was silent for too long: its jobs are others' now")
    for live in table.live {
      if let reservation = live.reservation {
        removeFromQueue(live.job.id, reservation)
        deadlines.remove(live.job.id)
        table.announceEnd(of: live.job.id)
        table.remove(live.job.id)
      } else {
        ports.launcher.terminate(live.launchID)
      }
    }
  }
}
