/// Hours in which jobs of an entry may start.
extension JobEngine {
  /// Whether jobs of a row of the entry table may start, as far as its windows go.
  func isInWindow(_ entry: Int) -> Bool {
    guard let hours = entries[entry].windows else { return true }
    return windows.isOpen(entry, hours, at: ports.clock.now())
  }

  /// Schedules a look at the wall clock, where jobs wait for a window.
  func scheduleWindowCheck() {
    guard windows.nextCheck == nil, !isShuttingDown else { return }
    let closed = queue.entries.filter { !isInWindow($0) }
    guard let opening = closed.compactMap({ windows.until(of: $0) }).min() else { return }
    let pause = checkPause(until: opening)
    windows.nextCheck = ports.clock.uptime() + pause
    Task {
      await ports.clock.sleep(for: .microseconds(pause))
      windows.nextCheck = nil
      startQueued()
    }
  }
}
