internal import RunnerCore

/// Hours of a day as text: `22:00-06:00`, up to `24:00`.
enum WindowValue {
  /// - Throws: `ValueError` for anything else, and for a window without length.
  static func parse(_ text: String) throws(ValueError) -> WindowSchedule.Window {
    let fault = ValueError("`\(text)` is no window: two times of the day, as 22:00-06:00.")
    let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard parts.count == 2, let start = minutes(parts[0]), let end = minutes(parts[1]),
      start < 1440, end > 0 || start > 0
    else { throw fault }
    guard start != end else { throw ValueError("`\(text)` has no length; 00:00-24:00 is a day.") }
    return WindowSchedule.Window(start: start, end: end == 0 ? 1440 : end)
  }

  private static func minutes(_ text: Substring.UTF8View) -> Int? {
    let bytes = Array(text)
    let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) }
    guard bytes.count == 5, bytes[2] == UInt8(ascii: ":"),
      [0, 1, 3, 4].allSatisfy({ isDigit(bytes[$0]) })
    else { return nil }
    let digits = bytes.map { Int($0) - 0x30 }
    let (hour, minute) = (digits[0] * 10 + digits[1], digits[3] * 10 + digits[4])
    guard minute < 60, hour < 24 || (hour == 24 && minute == 0) else { return nil }
    return hour * 60 + minute
  }
}
