/// Periodic maintenance: retention, and what a shared store needs.
extension JobEngine {
  /// Interval between two retention passes, in seconds.
  private static let purgeSeconds = 60

  /// Starts the retention pass of each minute and, where several processes share the store, the
  /// renewal of the lease and the looks at the others, for the life of the process. Called once,
  /// after `recover()`.
  package func startMaintenance() {
    Task {
      while !isShuttingDown {
        await ports.clock.sleep(for: .seconds(Self.purgeSeconds))
        endExpiredHolds()
        await purgeExpired()
      }
    }
    startRenewal()
    startLooking()
  }
}
