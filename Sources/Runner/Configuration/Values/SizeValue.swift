/// A number of bytes on the command line: digits, and K, M or G for powers of 1024.
package enum SizeValue {
  /// Reads a size.
  ///
  /// - Parameter range: bytes that are allowed.
  /// - Returns: bytes.
  /// - Throws: `ValueError` for another form, or for a size outside `range`.
  package static func parse(_ text: String, _ range: ClosedRange<Int>) throws(ValueError) -> Int {
    var digits = text[...]
    var shift = 0
    switch digits.last {
    case "K", "k": shift = 10
    case "M", "m": shift = 20
    case "G", "g": shift = 30
    default: break
    }
    if shift > 0 { digits.removeLast() }
    guard let number = NumberValue.digits(digits) else {
      throw ValueError("It must be a number of bytes, or one with K, M or G behind it.")
    }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: 1 << shift)
    guard !overflow, range.contains(bytes) else {
      throw ValueError(
        "It must be from \(string(range.lowerBound)) to \(string(range.upperBound)).")
    }
    return bytes
  }

  /// `bytes` in the largest unit that leaves a whole number.
  package static func string(_ bytes: Int) -> String {
    for (shift, unit) in [(30, "G"), (20, "M"), (10, "K")]
    where bytes > 0 && bytes.isMultiple(of: 1 << shift) {
      return "\(bytes >> shift)\(unit)"
    }
    return "\(bytes)"
  }
}
