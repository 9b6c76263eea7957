/// A count or a time on the command line: decimal digits and nothing else.
package enum NumberValue {
  /// Seconds of a long time, up to a year: longer ones are more likely a mistake.
  package static let longSeconds = 1...31_536_000

  /// Reads a whole number.
  ///
  /// - Parameter range: numbers that are allowed.
  /// - Throws: `ValueError` for another form, or for a number outside `range`.
  package static func parse(_ text: String, _ range: ClosedRange<Int>) throws(ValueError) -> Int {
    guard let number = digits(text[...]) else {
      throw ValueError(
        "It must be a whole number from \(range.lowerBound) to \(range.upperBound), in digits.")
    }
    guard range.contains(number) else {
      throw ValueError("It must be from \(range.lowerBound) to \(range.upperBound).")
    }
    return number
  }

  /// Decimal digits as a number, `Int.max` for more than fits; nil for anything else.
  package static func digits(_ text: Substring) -> Int? {
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    guard !text.isEmpty, text.utf8.allSatisfy(digits.contains) else { return nil }
    return Int(text) ?? .max
  }
}
