/// Reload of the whitelist.
extension JobEngine {
  /// Replaces all entries. Running jobs are not affected; queued jobs run under the new entries, or
  /// are refused when they are launched.
  ///
  /// - Parameters:
  ///   - newEntries: in the order of the launcher.
  ///   - generation: their generation, as the launcher numbers it.
  ///   - activate: called between two requests: from then on the whitelist means the new entries.
  package func reload(
    _ newEntries: [EngineEntry], generation: UInt32, _ activate: @Sendable () -> Void
  ) {
    entries.install(newEntries, generation: generation)
    commands.use(CommandTable(newEntries.map(\.callable)))
    for row in entries.currentRows { slots.setLimit(entries[row].runningMax, of: row) }
    for row in entries.currentRows {
      slots.setPool(entries[row].pool?.name, slots: entries[row].pool?.slots, of: row)
    }
    windows.forget()
    activate()
    queue.releaseAllTurns()
    resumeReloadWaiters()
    startQueued()
  }

  /// Returns when a later generation than `generation` is in force here, or the service stops. The
  /// launcher may say that an entry is retired before the reload that retired it comes here.
  func waitForReload(after generation: UInt32) async {
    while entries.generation <= generation, !isShuttingDown {
      await withCheckedContinuation { reloadWaiters.append($0) }
    }
  }

  func resumeReloadWaiters() {
    for waiter in reloadWaiters { waiter.resume() }
    reloadWaiters = []
  }
}
