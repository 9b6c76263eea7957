internal import RunnerCore

/// When jobs of an entry may start: its pool, its windows, its retries.
extension EntryRules {
  mutating func checkOrder() {
    if let pool = settings.pool, !service.pools.contains(where: { $0.name == pool }) {
      let names = service.pools.map(\.name)
      let hint = SpellingSuggestion.nearest(to: pool, among: names).map { " Did you mean \($0)?" }
      refuse("pool", "service.pools has no pool `\(pool)`.\(hint ?? "")")
    }
    if settings.retries > 0, !settings.isRestartable {
      refuse(
        "retries", "Only what may run twice is tried again: set restartable, if that is so.")
    }
    guard !settings.windows.isEmpty else { return }
    guard let name = settings.timeZone else {
      return refuse(
        "windows", "In which time zone? Set timeZone, as \"Europe/Berlin\" or \"UTC\".")
    }
    zone = host.timeZoneFile(name).flatMap { TimeZoneFile.rules($0, name: name) }
    if zone == nil {
      refuse("timeZone", "This host has no time zone `\(name)` (package tzdata).")
    }
  }

  /// Pool, windows and retries, where the entry has some; after `check()`.
  var order: EntryOrder {
    var order = EntryOrder()
    order.stallAfterSeconds = settings.stallAfterSeconds.map { UInt32($0) }
    order.pool = service.pools.first { $0.name == settings.pool }
    order.windows = zone.map { WindowSchedule(settings.windows, zone: $0) }
    if settings.retries > 0 {
      order.retry = RetryPolicy(
        retriesMax: settings.retries, delaySeconds: settings.retryDelaySeconds)
    }
    return order
  }
}
