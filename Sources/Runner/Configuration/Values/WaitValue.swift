/// A time to wait in milliseconds: digits, and ms, s, m or h behind them.
package enum WaitValue {
  /// From a hundredth of a second to a day.
  static let milliseconds = 10...86_400_000

  /// Reads a time with its unit.
  ///
  /// - Returns: milliseconds, 10 to 86,400,000.
  /// - Throws: `ValueError` for another form, or for a time outside that range.
  package static func parse(_ text: String) throws(ValueError) -> Int {
    let units = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)]
    for (unit, factor) in units where text.hasSuffix(unit) {
      guard let number = NumberValue.digits(text.dropLast(unit.count)) else { continue }
      let (wait, overflow) = number.multipliedReportingOverflow(by: factor)
      guard !overflow, milliseconds.contains(wait) else { break }
      return wait
    }
    throw ValueError("`\(text)` is no time from 10ms to 24h: 500ms, 5s, 10m, 2h.")
  }
}
