internal import RunnerCore

/// The text at the end of a file of a time zone: POSIX TZ with hours of RFC 9636, section 3.3.1, as
/// `CET-1CEST,M3.5.0,M10.5.0/3`.
struct TimeZoneText {
  /// A day of each year, and a time of it.
  private enum Day {
    /// Day 1 to 365, where 29 February is never counted.
    case julian(Int64)
    /// Day 0 to 365.
    case ofYear(Int64)
    /// Of a month 1 to 12, week 1 to 5 (the last), day 0 (Sunday) to 6.
    case ofMonth(Int64, week: Int64, weekday: Int64)
  }

  private struct YearlyTransition {
    let day: Day
    let seconds: Int64
  }

  private let standard: Int
  private let summer: Int
  private var begin: YearlyTransition?
  private var end: YearlyTransition?

  /// - Returns: nil for a text of another form.
  init?(_ text: ArraySlice<UInt8>) {
    var rest = text
    guard Self.skipName(&rest), let west = Self.time(&rest, hoursMax: 24) else { return nil }
    standard = Int(-west)
    guard !rest.isEmpty else {
      summer = standard
      return
    }
    guard Self.skipName(&rest) else { return nil }
    if rest.first == UInt8(ascii: ",") {
      summer = standard + 3600
    } else {
      guard let west = Self.time(&rest, hoursMax: 24) else { return nil }
      summer = Int(-west)
    }
    guard let begin = Self.change(&rest), let end = Self.change(&rest), rest.isEmpty else {
      return nil
    }
    self.begin = begin
    self.end = end
  }

  /// The changes behind a moment, from its year on; without one, from 1970 on.
  func changes(after time: Int64?, upTo lastYear: Int64) -> [TimeZoneRules.Transition] {
    guard let begin, let end else {
      // It is in force from the last change on, which has the same offset.
      return time == nil ? [TimeZoneRules.Transition(time: 0, offset: standard)] : []
    }
    let firstYear = max(1970, 1970 + (time ?? 0) / 31_556_952 - 1)
    guard firstYear <= lastYear else { return [] }
    var changes: [TimeZoneRules.Transition] = []
    for year in firstYear...lastYear {
      changes.append(
        TimeZoneRules.Transition(
          time: Self.moment(begin, in: year) - Int64(standard), offset: summer))
      changes.append(
        TimeZoneRules.Transition(time: Self.moment(end, in: year) - Int64(summer), offset: standard)
      )
    }
    changes.sort { $0.time < $1.time }
    return changes.filter { $0.time > time ?? .min }
  }

  /// Seconds since 1970 began by the clocks of the zone.
  private static func moment(_ change: YearlyTransition, in year: Int64) -> Int64 {
    let isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
    let first = (year - 1970) * 365 + (year - 1969) / 4 - (year - 1901) / 100 + (year - 1601) / 400
    let day: Int64
    switch change.day {
    case .julian(let number): day = number - 1 + (isLeap && number > 59 ? 1 : 0)
    case .ofYear(let number): day = number
    case .ofMonth(let month, let week, let weekday):
      let lengths: [Int64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      let monthStart = lengths[..<Int(month - 1)].reduce(0, +)
      // 1970 began on a Thursday.
      let startWeekday = (first + monthStart + 4) % 7
      var date = (weekday - startWeekday + 7) % 7 + (week - 1) * 7
      if date >= lengths[Int(month - 1)] { date -= 7 }
      day = monthStart + date
    }
    return (first + day) * 86_400 + change.seconds
  }

  /// Takes the abbreviation of a time, which nothing here uses.
  private static func skipName(_ rest: inout ArraySlice<UInt8>) -> Bool {
    let isLetter = { (byte: UInt8) in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
    if rest.first == UInt8(ascii: "<") {
      guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return false }
      rest = rest[(end + 1)...]
      return true
    }
    let name = rest.prefix(while: isLetter)
    rest = rest[name.endIndex...]
    return name.count >= 3
  }

  /// `,M3.5.0/2`: a comma, a day, and a time where it is not two o'clock.
  private static func change(_ rest: inout ArraySlice<UInt8>) -> YearlyTransition? {
    guard consume(",", &rest) else { return nil }
    let day: Day
    if consume("M", &rest) {
      guard let month = number(&rest, 1...12), consume(".", &rest),
        let week = number(&rest, 1...5), consume(".", &rest), let weekday = number(&rest, 0...6)
      else { return nil }
      day = .ofMonth(month, week: week, weekday: weekday)
    } else if consume("J", &rest) {
      guard let number = number(&rest, 1...365) else { return nil }
      day = .julian(number)
    } else {
      guard let number = number(&rest, 0...365) else { return nil }
      day = .ofYear(number)
    }
    guard consume("/", &rest) else { return YearlyTransition(day: day, seconds: 7200) }
    return time(&rest, hoursMax: 167).map { YearlyTransition(day: day, seconds: $0) }
  }

  /// `[+-]h[:mm[:ss]]` in seconds.
  private static func time(_ rest: inout ArraySlice<UInt8>, hoursMax: Int64) -> Int64? {
    let isNegative = consume("-", &rest)
    if !isNegative { _ = consume("+", &rest) }
    guard let hours = number(&rest, 0...hoursMax) else { return nil }
    var seconds = hours * 3600
    for unit in [60, 1] as [Int64] where consume(":", &rest) {
      guard let part = number(&rest, 0...59) else { return nil }
      seconds += part * unit
    }
    return isNegative ? -seconds : seconds
  }

  private static func consume(_ mark: Unicode.Scalar, _ rest: inout ArraySlice<UInt8>) -> Bool {
    guard rest.first == UInt8(ascii: mark) else { return false }
    rest = rest.dropFirst()
    return true
  }

  /// One to three digits.
  private static func number(
    _ rest: inout ArraySlice<UInt8>, _ range: ClosedRange<Int64>
  ) -> Int64? {
    let digits = rest.prefix(4).prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    rest = rest[digits.endIndex...]
    guard let value = Int64(String(decoding: digits, as: UTF8.self)), range.contains(value) else {
      return nil
    }
    return value
  }
}
