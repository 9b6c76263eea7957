extension Timestamp {
  /// A moment as RFC 3339 writes it (section 5.6), with `Z` or an offset:
  /// `2026-01-31T10:05:07+01:00`. Digits of a second behind the sixth are dropped; a leap second is
  /// the second after it.
  ///
  /// - Returns: nil for anything else, for a day that its month does not have, and for a moment
  ///   that in UTC is before the year 0 or behind 9999: no text of it could be read again.
  package init?(rfc3339 text: String) {
    var rest = text.utf8[...]
    guard let year = rest.integer(4), rest.consume("-"), let month = rest.integer(2),
      rest.consume("-"),
      let day = rest.integer(2), rest.consumeAny("Tt "), let hour = rest.integer(2),
      rest.consume(":"),
      let minute = rest.integer(2), rest.consume(":"), let second = rest.integer(2),
      let fraction = rest.fraction(), let offset = rest.offset(), rest.isEmpty,
      let days = Self.days(year, month, day), hour < 24, minute < 60, second <= 60
    else { return nil }
    let seconds = ((days * 24 + hour) * 60 + minute - offset) * 60 + second
    guard Self.writableSeconds.contains(seconds) else { return nil }
    self.init(microseconds: seconds * 1_000_000 + fraction)
  }

  /// Seconds since 1970 began of the years 0 to 9999.
  private static let writableSeconds: ClosedRange<Int64> = -62_167_219_200...253_402_300_799

  /// Days since 1970 began; the other way round from `date(ofDay:)`.
  private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64? {
    let isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
    let lengths: [Int64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard (1...12).contains(month), (1...lengths[Int(month - 1)]).contains(day) else { return nil }
    // Years begin in March, as there; `year` is not negative, so that whole numbers divide well.
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted >= 0 ? shifted / 400 : -1
    let yearOfEra = shifted - era * 400
    let inYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let inEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + inYear
    return era * 146_097 + inEra - 719_468
  }
}

extension Substring.UTF8View {
  /// Takes exactly so many digits.
  fileprivate mutating func integer(_ digits: Int) -> Int64? {
    guard count >= digits else { return nil }
    var value: Int64 = 0
    for byte in prefix(digits) {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      value = value * 10 + Int64(byte - UInt8(ascii: "0"))
    }
    removeFirst(digits)
    return value
  }

  fileprivate mutating func consume(_ letter: Unicode.Scalar) -> Bool {
    guard first == UInt8(ascii: letter) else { return false }
    removeFirst()
    return true
  }

  fileprivate mutating func consumeAny(_ letters: String) -> Bool {
    guard let first, letters.utf8.contains(first) else { return false }
    removeFirst()
    return true
  }

  /// Microseconds, 0 where there is no fraction; nil for a point without digits.
  fileprivate mutating func fraction() -> Int64? {
    guard consume(".") else { return 0 }
    var value: Int64 = 0
    var digits = 0
    while let digit = integer(1) {
      if digits < 6 { value = value * 10 + digit }
      digits += 1
    }
    guard digits > 0 else { return nil }
    while digits < 6 {
      value *= 10
      digits += 1
    }
    return value
  }

  /// Minutes east of UTC.
  fileprivate mutating func offset() -> Int64? {
    if consumeAny("Zz") { return 0 }
    let isWest = first == UInt8(ascii: "-")
    guard consumeAny("+-"), let hours = integer(2), consume(":"), let minutes = integer(2),
      hours < 24,
      minutes < 60
    else { return nil }
    return (isWest ? -1 : 1) * (hours * 60 + minutes)
  }
}
