/// A moment of the calendar, in microseconds since 1970 began in UTC, leap seconds not counted.
///
/// For people, and for what must outlive this process. Durations are measured with the monotonic
/// clock (`WallClock.uptime`).
package struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// Microseconds since 1970-01-01T00:00:00Z; negative before.
  package let microseconds: Int64

  /// A moment `microseconds` after 1970-01-01T00:00:00Z.
  package init(microseconds: Int64) {
    self.microseconds = microseconds
  }

  package static func < (one: Timestamp, other: Timestamp) -> Bool {
    one.microseconds < other.microseconds
  }

  /// The moment `seconds` later; earlier for a negative number.
  package func adding(seconds: Double) -> Timestamp {
    Timestamp(microseconds: microseconds + Int64(seconds * 1_000_000))
  }

  /// As RFC 3339 writes it, to the millisecond: `2026-01-31T09:05:07.250Z`.
  package var description: String {
    let (day, inDay) = microseconds.flooredQuotientAndRemainder(by: 86_400_000_000)
    let (year, month, dayOfMonth) = Self.date(ofDay: day)
    let milliseconds = inDay / 1000
    let second = milliseconds / 1000
    var text: [UInt8] = []
    text.reserveCapacity(24)
    Self.append(year, digits: 4, endingIn: "-", to: &text)
    Self.append(month, digits: 2, endingIn: "-", to: &text)
    Self.append(dayOfMonth, digits: 2, endingIn: "T", to: &text)
    Self.append(second / 3600, digits: 2, endingIn: ":", to: &text)
    Self.append(second / 60 % 60, digits: 2, endingIn: ":", to: &text)
    Self.append(second % 60, digits: 2, endingIn: ".", to: &text)
    Self.append(milliseconds % 1000, digits: 3, endingIn: "Z", to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// The proleptic Gregorian date of a day, counted from 1970-01-01.
  ///
  /// Years begin in March here, so that a leap day is the last of its year; 400 years are 146,097
  /// days, and the months from March on are 153 days for each five.
  private static func date(ofDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let (era, inEra) = (day + 719_468).flooredQuotientAndRemainder(by: 146_097)
    let yearOfEra = (inEra - inEra / 1460 + inEra / 36_524 - inEra / 146_096) / 365
    let inYear = inEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let fromMarch = (5 * inYear + 2) / 153
    let month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, inYear - (153 * fromMarch + 2) / 5 + 1)
  }

  /// Appends a number in decimal digits, with zeros before it to at least `digits`, and a mark.
  private static func append(
    _ number: Int64, digits: Int, endingIn mark: Unicode.Scalar, to text: inout [UInt8]
  ) {
    if number < 0 || number >= 10_000 {
      let plain = String(number)
      text.append(contentsOf: String(repeating: "0", count: max(0, digits - plain.count)).utf8)
      text.append(contentsOf: plain.utf8)
    } else {
      var divisor: Int64 = 1000
      for place in stride(from: 4, through: 1, by: -1) {
        if place <= digits || number >= divisor {
          text.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
        }
        divisor /= 10
      }
    }
    text.append(UInt8(ascii: mark))
  }
}

extension Int64 {
  /// Quotient rounded down, and a remainder that is never negative: days before 1970 count too.
  fileprivate func flooredQuotientAndRemainder(by divisor: Int64) -> (Int64, Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
