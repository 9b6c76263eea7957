/// A number as it was written: a reader takes the form that it can use.
package struct JSONNumber: Hashable, Sendable {
  /// The number in decimal, as `Double` and the integers read it: without `+`, and with digits on
  /// both sides of a point.
  package let text: String
  /// The value as a floating-point number: infinite or NaN where JSON5 says so.
  package let decimal: Double
  /// The value, if it was written without point and exponent and fits; else nil.
  package let integer: Int?

  /// Its value if that is whole, not negative and below 2^64, however it was written: JSON has one
  /// kind of number, and `60.0` and `6e1` are 60; nil for all others.
  package var unsigned: UInt64? { UInt64(text) ?? wholeDecimal }

  /// Exponents that are looked at: no number with a larger one is below 2^64, and the digits before
  /// a smaller one would not fit in a request.
  private static let exponents = -10_000_000...19

  private var wholeDecimal: UInt64? {
    let parts = text.split(separator: "e", maxSplits: 1)
    let mantissa = (parts.first ?? "").split(separator: ".", maxSplits: 1)
    let fraction = mantissa.count > 1 ? mantissa[1] : ""
    var digits = (mantissa.first ?? "") + fraction
    guard digits.contains(where: { $0 != "0" && $0 != "-" }) else { return 0 }
    guard let scale = parts.count > 1 ? Int(parts[1]) : 0, Self.exponents.contains(scale) else {
      return nil
    }
    var exponent = scale - fraction.count
    while exponent < 0, digits.last == "0" {
      digits.removeLast()
      exponent += 1
    }
    guard Self.exponents.contains(exponent), exponent >= 0 else { return nil }
    return UInt64(digits + String(repeating: "0", count: exponent))
  }

  init(_ text: String, isWhole: Bool) {
    self.text = text
    self.decimal = Double(text) ?? .nan
    self.integer = isWhole ? Int(text) : nil
  }

  init(_ value: Int) {
    self.init("\(value)", isWhole: true)
  }

  init(_ value: Double) {
    self.text = "\(value)"
    self.decimal = value
    self.integer = nil
  }
}
