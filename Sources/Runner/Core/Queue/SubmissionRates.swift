/// How many jobs of each principal were taken within the last minute, held against its quota.
///
/// Counted by seconds of the monotonic clock, so that no minute, wherever it begins, has more than
/// the quota. Only principals with such a quota are counted, and none for longer than a minute.
struct SubmissionRates {
  /// Seconds of the window.
  static let windowSeconds: Int64 = 60

  /// Jobs that were taken in one second.
  private struct Bucket {
    let second: Int64
    var count: Int
  }

  /// Oldest bucket first; none of them is empty but the newest, which may be.
  private var buckets: [Principal: [Bucket]] = [:]
  /// Principals at which those that were not heard of for a minute are forgotten.
  private var sweepCount = 64

  /// Principals that are counted now.
  var count: Int { buckets.count }

  /// Counts one more job of `principal`, unless `most` were taken in the last minute.
  ///
  /// - Parameter now: microseconds of the monotonic clock.
  /// - Returns: nil where it is counted; else whole seconds until one will be, 1 to 61.
  mutating func take(_ principal: Principal, most: Int, at now: Int64) -> Int? {
    let second = Self.second(of: now)
    let recent = recent(principal, at: second)
    var surplus = recent.reduce(1) { $0 + $1.count } - most
    if surplus > 0 {
      for bucket in recent {
        surplus -= bucket.count
        if surplus <= 0 { return Int(Self.end(of: bucket) - second) }
      }
    }
    add(1, to: recent, of: principal, in: second)
    return nil
  }

  /// Counts a job that was taken before this process began, or without being held against a quota.
  ///
  /// - Parameter time: microseconds of the monotonic clock, below zero before its start; not before
  ///   that of an earlier call for the same principal.
  mutating func record(_ principal: Principal, at time: Int64) {
    let second = Self.second(of: time)
    add(1, to: recent(principal, at: second), of: principal, in: second)
  }

  /// Takes the newest job of `principal` back: it was not kept. Does nothing where none is counted.
  mutating func giveBack(_ principal: Principal) {
    guard let index = buckets[principal]?.lastIndex(where: { $0.count > 0 }) else { return }
    buckets[principal]?[index].count -= 1
  }

  private func recent(_ principal: Principal, at second: Int64) -> [Bucket] {
    (buckets[principal] ?? []).filter { $0.count > 0 && Self.end(of: $0) > second }
  }

  private mutating func add(
    _ count: Int, to recent: [Bucket], of principal: Principal, in second: Int64
  ) {
    var recent = recent
    if recent.last?.second == second {
      recent[recent.count - 1].count += count
    } else {
      recent.append(Bucket(second: second, count: count))
    }
    buckets[principal] = recent
    guard buckets.count >= sweepCount else { return }
    buckets = buckets.filter { $0.value.contains { Self.end(of: $0) > second } }
    sweepCount = max(64, 2 * buckets.count)
  }

  /// The first second in which a bucket does not count any more: its last job is a minute old.
  private static func end(of bucket: Bucket) -> Int64 { bucket.second + windowSeconds + 1 }

  private static func second(of time: Int64) -> Int64 {
    (time >= 0 ? time : time - 999_999) / 1_000_000
  }
}
