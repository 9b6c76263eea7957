/// Subscription to the changes of all jobs, with a wake-up call when there are some. Releasing it
/// ends the subscription.
package final class JobChangeFeed: Sendable {
  private let log: JobChangeLog
  private let watcherID: UInt64
  /// The newest change when the subscription began.
  package let start: JobChangePosition

  init(
    _ table: JobTable, pause: @escaping JobChangeLog.Pause, wake: @escaping @Sendable () -> Void
  ) {
    log = table.changes
    let added = log.addWatcher(pause: pause, wake: wake)
    (watcherID, start) = (added.id, added.start)
    if added.isFirst { table.recordRunning() }
  }

  deinit { log.removeWatcher(watcherID) }

  /// The next changes behind `position`, of about `bytesMax` bytes; there is a call once there are
  /// more.
  ///
  /// - Returns: nil where some of them are lost, or the position is none of this process: then all
  ///   jobs are to be read anew, and the changes from `end` on.
  package func changes(after position: JobChangePosition, bytesMax: Int) -> [JobChange]? {
    log.changes(after: position, bytesMax: bytesMax)
  }

  /// The newest change.
  package var end: JobChangePosition { log.end }
}

extension JobEngine {
  /// Subscription to the changes of all jobs.
  ///
  /// - Parameter wake: called from any thread when there are changes; it must not block.
  package nonisolated func changes(wake: @escaping @Sendable () -> Void) -> JobChangeFeed {
    let clock = ports.clock
    return JobChangeFeed(table, pause: { await clock.sleep(for: $0) }, wake: wake)
  }
}
