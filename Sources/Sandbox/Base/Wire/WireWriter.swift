/// Builds one message: little-endian numbers and counted bytes, nothing implicit.
package struct WireWriter {
  /// What was written so far.
  package private(set) var bytes: [UInt8] = []

  /// A message without bytes.
  package init() {}

  /// Adds four bytes, little-endian.
  package mutating func u32(_ value: UInt32) { number(value) }
  /// Adds eight bytes, little-endian.
  package mutating func u64(_ value: UInt64) { number(value) }

  /// Adds a count of bytes, and the text as UTF-8.
  package mutating func string(_ text: String) {
    let utf8 = Array(text.utf8)
    u32(UInt32(utf8.count))
    bytes.append(contentsOf: utf8)
  }

  /// Appends the count of `blob` and its bytes.
  package mutating func blob(_ blob: [UInt8]) {
    u32(UInt32(blob.count))
    bytes.append(contentsOf: blob)
  }

  /// A count, and that many elements.
  package mutating func list<Elements: Collection>(
    _ elements: Elements, _ write: (inout WireWriter, Elements.Element) -> Void
  ) {
    u32(UInt32(elements.count))
    for element in elements { write(&self, element) }
  }

  /// Adds a count, and that many strings.
  package mutating func strings(_ texts: [String]) {
    list(texts) { writer, text in writer.string(text) }
  }

  private mutating func number<Value: FixedWidthInteger>(_ value: Value) {
    for shift in stride(from: 0, to: Value.bitWidth, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }
}
