/// Counts of the jobs that ended within the last day in this process, by whose they are.
///
/// Kept hour by hour, so that what is older falls away; a change of the wall clock makes some of
/// them count longer or shorter.
package struct DayStatistics: Sendable {
  /// Counts of some jobs.
  package struct Counts: Hashable, Sendable {
    /// Jobs that succeeded.
    package var succeeded = 0
    /// Jobs that were cancelled.
    package var cancelled = 0
    /// Jobs that ended in any other way.
    package var failed = 0
    /// Processor time of all, in microseconds.
    package var processorMicroseconds: UInt64 = 0
    /// Time from start to end of all, in microseconds.
    package var runMicroseconds: UInt64 = 0

    static func + (one: Counts, other: Counts) -> Counts {
      Counts(
        succeeded: one.succeeded + other.succeeded, cancelled: one.cancelled + other.cancelled,
        failed: one.failed + other.failed,
        processorMicroseconds: one.processorMicroseconds &+ other.processorMicroseconds,
        runMicroseconds: one.runMicroseconds &+ other.runMicroseconds)
    }
  }

  /// Hours that count, that of now among them.
  static let hourCount: Int64 = 24
  /// Principals of one hour; those of further ones count for all together alone.
  static let principalsMax = 1024
  private static let hourMicroseconds: Int64 = 3_600_000_000

  private struct Hour {
    var all = Counts()
    var principals: [Principal: Counts] = [:]
  }

  private var hours: [Int64: Hour] = [:]

  /// Counts one job that has ended.
  mutating func add(_ counts: Counts, of principal: Principal, at time: Timestamp) {
    let number = time.microseconds / Self.hourMicroseconds
    if hours[number] == nil { dropOld(at: number) }
    var hour = hours[number] ?? Hour()
    hour.all = hour.all + counts
    if let known = hour.principals[principal] {
      hour.principals[principal] = known + counts
    } else if hour.principals.count < Self.principalsMax {
      hour.principals[principal] = counts
    }
    hours[number] = hour
  }

  /// The sum of the last day.
  ///
  /// - Parameter principal: whose jobs; nil for all.
  func sum(of principal: Principal?, at time: Timestamp) -> Counts {
    let now = time.microseconds / Self.hourMicroseconds
    return hours.filter { $0.key > now - Self.hourCount }.values.reduce(Counts()) { sum, hour in
      guard let principal else { return sum + hour.all }
      return sum + (hour.principals[principal] ?? Counts())
    }
  }

  private mutating func dropOld(at number: Int64) {
    hours = hours.filter { $0.key > number - Self.hourCount && $0.key <= number }
  }
}
