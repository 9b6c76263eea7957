/// How long the answer to a wrong credential is held back, by the address that sent it.
///
/// Right ones are never held back, from any address: guesses are slow, and no client can lock out
/// another one behind the same address. The table is bounded: when it is full, the address
/// that failed longest ago is forgotten.
package struct FailureThrottle<Address: Hashable & Sendable>: Sendable {
  private struct Row {
    var failures: Int
    var last: Duration
  }

  /// Addresses that are remembered.
  package let addressesMax: Int
  /// How long the first answers are held back; each further one twice as long.
  static var firstDelay: Duration { .milliseconds(100) }
  /// The longest time for which an answer is held back.
  package static var delayMax: Duration { .seconds(5) }
  /// A failure is forgotten after this time.
  static var memory: Duration { .seconds(60) }

  private var rows: [Address: Row] = [:]

  /// An empty table.
  package init(addressesMax: Int = 4096) {
    self.addressesMax = addressesMax
  }

  /// Addresses that are remembered now.
  package var count: Int { rows.count }

  /// Counts a wrong credential.
  ///
  /// - Parameter now: of a monotonic clock.
  /// - Returns: how long its answer is held back: 0.1 s for the first within a minute, up to
  ///   `delayMax`.
  package mutating func failed(_ address: Address, at now: Duration) -> Duration {
    var row = rows[address] ?? Row(failures: 0, last: now)
    // One failure is forgotten for each `memory` that has passed.
    let forgotten = Int((now - row.last) / Self.memory)
    row.failures = max(0, row.failures - forgotten) + 1
    row.last = now
    if rows[address] == nil, rows.count >= addressesMax { forgetOldest() }
    rows[address] = row
    let doubled = Self.firstDelay * (1 << min(row.failures - 1, 10))
    return min(doubled, Self.delayMax)
  }

  /// Half of the table at a time, so that the cost for one address is the same however many come.
  private mutating func forgetOldest() {
    let oldest = rows.sorted { $0.value.last < $1.value.last }.prefix(max(1, rows.count / 2))
    for row in oldest { rows[row.key] = nil }
  }
}
