/// Hours in which jobs of an entry may start.
extension JobEngine {
  /// Longest interval between two looks at the wall clock, in seconds.
  private static let checkSecondsMax = 5.0
  /// Shortest interval between two looks, in seconds.
  private static let checkSecondsMin = 0.05

  /// Whether jobs of a row of the entry table may start, as far as its windows go.
  func isInWindow(_ entry: Int) -> Bool {
    guard let hours = entries[entry].windows else { return true }
    return windows.isOpen(entry, hours, at: ports.clock.now())
  }

  /// Schedules a look at the wall clock, where jobs wait for a window. A sleep does not notice a
  /// step of that clock, so it is never long.
  func scheduleWindowCheck() {
    guard windows.nextCheck == nil, !isShuttingDown else { return }
    let closed = queue.entries.filter { !isInWindow($0) }
    guard let opening = closed.compactMap({ windows.until(of: $0) }).min() else { return }
    let left = Double(opening.microseconds - ports.clock.now().microseconds) / 1_000_000
    let pause = Int64(min(Self.checkSecondsMax, max(Self.checkSecondsMin, left)) * 1_000_000)
    windows.nextCheck = ports.clock.uptime() + pause
    Task {
      await ports.clock.sleep(for: .microseconds(pause))
      windows.nextCheck = nil
      startQueued()
    }
  }
}
