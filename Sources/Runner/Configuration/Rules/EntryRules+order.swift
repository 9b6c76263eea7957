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
    if let zone = settings.timeZone {
      if rules(of: zone) == nil {
        refuse("timeZone", "This host has no time zone `\(zone)` (package tzdata).")
      }
    } else {
      refuse("windows", "In which time zone? Set timeZone, as \"Europe/Berlin\" or \"UTC\".")
    }
  }

  /// Pool, windows and retries, where the entry has some.
  var order: EntryOrder {
    var order = EntryOrder()
    order.pool = service.pools.first { $0.name == settings.pool }
    if let zone = settings.timeZone.flatMap(rules), !settings.windows.isEmpty {
      order.windows = WindowSchedule(settings.windows, zone: zone)
    }
    if settings.retries > 0 {
      order.retry = RetryPolicy(
        retriesMax: settings.retries, delaySeconds: settings.retryDelaySeconds)
    }
    return order
  }

  private func rules(of zone: String) -> TimeZoneRules? {
    host.timeZoneFile(zone).flatMap { TimeZoneFile.rules($0, name: zone) }
  }
}
