/// A value of a JSON or JSON5 text, and where it begins.
package struct JSONNode: Hashable, Sendable {
  package enum Content: Hashable, Sendable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case text(String)
    case list([JSONNode])
    /// In the order of the text; of keys that occur twice, both.
    case object([Member])
  }

  /// One key of an object and its value.
  package struct Member: Hashable, Sendable {
    package let key: String
    /// Where the key begins, in bytes from the start of the text.
    package let offset: Int
    package let value: JSONNode
  }

  /// Where the value begins, in bytes from the start of the text.
  package let offset: Int
  package let content: Content
}

/// A number as it was written: a reader takes the form that it can use.
package struct JSONNumber: Hashable, Sendable {
  /// The number in decimal, as `Double` and the integers read it: without `+`, and with digits on
  /// both sides of a point.
  package let text: String
  /// Its value as a floating-point number: infinite or NaN where JSON5 says so.
  package let decimal: Double
  /// Its value if it was written without point and exponent and fits; else nil.
  package let integer: Int?

  /// The same for numbers that are not negative; nil for all others.
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
