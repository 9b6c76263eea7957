import TextFormats

/// Lists for a statement, which has no arrays among its values.
enum JSONText {
  /// An array of numbers.
  static func array(_ numbers: [Int64]) -> String {
    "[\(numbers.map(String.init).joined(separator: ","))]"
  }

  /// An array of texts.
  static func array(_ texts: [String]) -> String {
    var writer = JSONWriter()
    writer.beginArray()
    for text in texts { writer.string(text) }
    writer.endArray()
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}
