/// A number as it was written: a reader takes the form that it can use.
package struct JSONNumber: Hashable, Sendable {
  /// The number in decimal, as `Double` and the integers read it: without `+`, and with digits on
  /// both sides of a point.
  package let text: String
  /// The value as a floating-point number: infinite or NaN where JSON5 says so.
  package let decimal: Double
  /// The value, if it was written without point and exponent and fits; else nil.
  package let integer: Int?

  /// The value, if it was written as a whole number in 0...2^64-1; else nil.
  package var unsigned: UInt64? { UInt64(text) }

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
