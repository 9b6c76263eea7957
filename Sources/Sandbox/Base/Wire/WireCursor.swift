/// Reads a message that the other end wrote. Nothing is believed: every read is held against what
/// is left, and what is left at the end is an error.
package struct WireCursor {
  private let bytes: [UInt8]
  private var offset = 0

  /// A cursor before the first byte of a message.
  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Reads four bytes, little-endian.
  ///
  /// - Throws: `WireError.truncated` when fewer are left.
  package mutating func u32() throws(WireError) -> UInt32 { try number() }

  /// Reads eight bytes, little-endian.
  ///
  /// - Throws: `WireError.truncated` when fewer are left.
  package mutating func u64() throws(WireError) -> UInt64 { try number() }

  /// Reads four bytes that are 0 or 1.
  ///
  /// - Parameter field: its name, for the error.
  /// - Throws: `WireError`: `badValue` for any other number, or what `u32` throws.
  package mutating func flag(_ field: String) throws(WireError) -> Bool {
    switch try u32() {
    case 0: false
    case 1: true
    default: throw .badValue(field)
    }
  }

  /// Counted bytes, at most `bytesMax` of them.
  ///
  /// - Throws: `WireError` when fewer are left, or more are counted.
  package mutating func blob(_ field: String, bytesMax: Int) throws(WireError) -> [UInt8] {
    let count = Int(try u32())
    guard count <= bytesMax else { throw .badValue(field) }
    return Array(try consume(count))
  }

  /// Counted UTF-8 without NUL.
  ///
  /// - Parameter field: its name, for the error.
  /// - Throws: `WireError`: `badValue` when it is longer than `bytesMax` or no such text.
  package mutating func string(_ field: String, bytesMax: Int) throws(WireError) -> String {
    let utf8 = try blob(field, bytesMax: bytesMax)
    guard !utf8.contains(0), let text = String(validating: utf8, as: UTF8.self) else {
      throw .badValue(field)
    }
    return text
  }

  /// Elements of a list at most: none of ours is longer.
  private static let elementsMax = 4096

  /// A count, and that many elements.
  ///
  /// - Throws: `WireError`: `badValue` for more than `elementsMax`, or what `read` throws.
  package mutating func list<Element>(
    _ field: String, _ read: (inout WireCursor) throws(WireError) -> Element
  ) throws(WireError) -> [Element] {
    let count = Int(try u32())
    guard count <= Self.elementsMax else { throw .badValue(field) }
    var elements: [Element] = []
    for _ in 0..<count { elements.append(try read(&self)) }
    return elements
  }

  /// A count, and that many strings.
  ///
  /// - Throws: `WireError` as `string` and `list`.
  package mutating func strings(_ field: String, bytesMax: Int) throws(WireError) -> [String] {
    try list(field) { (cursor) throws(WireError) in try cursor.string(field, bytesMax: bytesMax) }
  }

  /// Ends the reading.
  ///
  /// - Throws: `WireError.trailing` when bytes are left.
  package func finish() throws(WireError) {
    guard offset == bytes.count else { throw .trailing(bytes.count - offset) }
  }

  private mutating func number<Value: FixedWidthInteger>() throws(WireError) -> Value {
    let part = try consume(Value.bitWidth / 8)
    var value: Value = 0
    for (index, byte) in part.enumerated() { value |= Value(byte) << (8 * index) }
    return value
  }

  private mutating func consume(_ count: Int) throws(WireError) -> ArraySlice<UInt8> {
    guard bytes.count - offset >= count else { throw .truncated(at: offset) }
    defer { offset += count }
    return bytes[offset..<(offset + count)]
  }
}
