/// A number of seconds: digits, and perhaps s, m, h or d behind them.
package enum DurationValue {
  /// Reads a time.
  ///
  /// - Parameter range: seconds that are allowed.
  /// - Returns: seconds.
  /// - Throws: `ValueError` for another form, or for a time outside `range`.
  package static func parse(_ text: String, _ range: ClosedRange<Int>) throws(ValueError) -> Int {
    var digits = text[...]
    var factor = 1
    switch digits.last {
    case "s": factor = 1
    case "m": factor = 60
    case "h": factor = 3600
    case "d": factor = 86_400
    default: factor = 0
    }
    if factor > 0 { digits.removeLast() }
    guard let number = NumberValue.digits(digits) else {
      throw ValueError(
        "It must be a whole number of seconds, or one with s, m, h or d behind it: 90s, 2h.")
    }
    let (seconds, overflow) = number.multipliedReportingOverflow(by: max(factor, 1))
    guard !overflow, range.contains(seconds) else {
      throw ValueError("It must be from \(range.lowerBound) to \(range.upperBound) seconds.")
    }
    return seconds
  }
}
