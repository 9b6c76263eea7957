/// Builds one JSON text whose keys stay in the order in which they are written.
package struct JSONWriter: Sendable {
  /// The text so far.
  package private(set) var bytes: [UInt8] = []
  private var needsComma = false

  /// A writer of an empty text.
  package init() {}

  /// `{"message":…,"error":…}` and the like: every value a string.
  package static func object(_ members: KeyValuePairs<String, String>) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    for (key, value) in members {
      writer.key(key)
      writer.string(value)
    }
    writer.endObject()
    return writer.bytes
  }

  /// `text` as a string of JSON, with its quotation marks, for terminals too: DEL and the control
  /// characters of C1 are escaped as well, which RFC 8259 leaves open.
  package static func quoted(_ text: String) -> String {
    var writer = JSONWriter()
    writer.string(text)
    var quoted = String.UnicodeScalarView()
    for scalar in String(decoding: writer.bytes, as: UTF8.self).unicodeScalars {
      if (0x7f...0x9f).contains(scalar.value) {
        quoted.append(contentsOf: "\\u00\(String(scalar.value, radix: 16))".unicodeScalars)
      } else {
        quoted.append(scalar)
      }
    }
    return String(quoted)
  }

  /// Begins an object. Its members follow, each by `key` and one value, then `endObject`.
  package mutating func beginObject() { open("{") }
  /// Ends the innermost object.
  package mutating func endObject() { close("}") }
  /// Begins an array. Its elements follow, each by one value, then `endArray`.
  package mutating func beginArray() { open("[") }
  /// Ends the innermost array.
  package mutating func endArray() { close("]") }

  /// Writes the name of a member; its value is to follow. Uniqueness of names is the caller's duty.
  package mutating func key(_ name: String) {
    string(name)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// Writes a string value, with its quotation marks and escaped by `JSONStringEncoder`.
  package mutating func string(_ text: String) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    var encoder = JSONStringEncoder()
    encoder.encode(text, into: &bytes)
    encoder.finish(into: &bytes)
    bytes.append(UInt8(ascii: "\""))
    needsComma = true
  }

  /// Writes an integer in decimal digits. Readers with binary64 numbers only are exact up to 2^53
  /// (RFC 8259, section 6).
  package mutating func number(_ value: some BinaryInteger) { raw("\(value)") }
  /// Writes a number with at most `places` digits behind its point, and `null` for one that JSON
  /// does not have: NaN, and infinities.
  package mutating func decimal(_ value: Double, places: Int) {
    let scale = (0..<places).reduce(1.0) { power, _ in power * 10 }
    let scaled = value * scale
    guard scaled.magnitude < 0x1p53 else { return value.isFinite ? raw("\(value)") : null() }
    // By conversion: rounded() would need the mathematical library.
    let digits = Int64(scaled + (scaled < 0 ? -0.5 : 0.5))
    let isWhole = digits.isMultiple(of: Int64(scale))
    raw(isWhole ? "\(digits / Int64(scale))" : "\(Double(digits) / scale)")
  }
  /// Writes the literal `null`.
  package mutating func null() { raw("null") }
  /// Writes the literal `true` or `false`.
  package mutating func bool(_ value: Bool) { raw(value ? "true" : "false") }

  /// Takes what was written so far; the text goes on behind it.
  package mutating func flush() -> [UInt8] {
    defer { bytes = [] }
    return bytes
  }

  /// Marks a value that is written elsewhere, between this and the next part of the text.
  package mutating func beginRawValue() {
    separate()
    needsComma = true
  }

  /// A value that was written before.
  package mutating func rawValue(_ text: [UInt8]) {
    separate()
    bytes.append(contentsOf: text)
    needsComma = true
  }

  /// Members of an object that were written before.
  package mutating func rawMembers(_ text: [UInt8]) {
    guard !text.isEmpty else { return }
    separate()
    bytes.append(contentsOf: text)
    needsComma = true
  }

  private mutating func raw(_ text: String) {
    separate()
    bytes.append(contentsOf: text.utf8)
    needsComma = true
  }

  private mutating func open(_ bracket: Unicode.Scalar) {
    separate()
    bytes.append(UInt8(ascii: bracket))
    needsComma = false
  }

  private mutating func close(_ bracket: Unicode.Scalar) {
    bytes.append(UInt8(ascii: bracket))
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = false
  }
}
