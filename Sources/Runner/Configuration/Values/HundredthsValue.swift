/// A number with at most two digits behind the point, in hundredths.
package enum HundredthsValue {
  /// Reads a decimal number.
  ///
  /// - Parameter range: hundredths that are allowed.
  /// - Returns: hundredths: 150 for `1.5`.
  /// - Throws: `ValueError` for another form, or for a number outside `range`.
  package static func parse(_ text: String, _ range: ClosedRange<Int>) throws(ValueError) -> Int {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let fraction = parts.count == 2 ? parts[1] : "0"
    guard (1...2).contains(parts.count), (1...2).contains(fraction.utf8.count),
      let whole = NumberValue.digits(parts[0]), let rest = NumberValue.digits(fraction)
    else {
      throw ValueError("It must be a number with at most two digits behind the point, as 1.5.")
    }
    let hundredths = fraction.utf8.count == 1 ? rest * 10 : rest
    let (scaled, overflow) = whole.multipliedReportingOverflow(by: 100)
    guard !overflow, scaled < Int.max - 100, range.contains(scaled + hundredths) else {
      throw ValueError(
        "It must be from \(string(range.lowerBound)) to \(string(range.upperBound)).")
    }
    return scaled + hundredths
  }

  /// The number as a decimal fraction without trailing zeros.
  package static func string(_ hundredths: Int) -> String {
    let (whole, rest) = hundredths.magnitude.quotientAndRemainder(dividingBy: 100)
    let start = (hundredths < 0 ? "-" : "") + "\(whole)"
    if rest == 0 { return start }
    if rest.isMultiple(of: 10) { return "\(start).\(rest / 10)" }
    return "\(start).\(rest < 10 ? "0" : "")\(rest)"
  }
}
