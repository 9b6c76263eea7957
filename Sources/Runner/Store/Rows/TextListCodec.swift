/// Codec for a list of texts in one column: each text ends with a NUL, which none of them can
/// contain.
enum TextListCodec {
  static func encode(_ texts: some Sequence<String>) -> [UInt8] {
    texts.reduce(into: []) { bytes, text in
      bytes.append(contentsOf: text.utf8)
      bytes.append(0)
    }
  }

  /// Texts that need not be UTF-8.
  static func encode(bytes texts: [[UInt8]]) -> [UInt8] {
    texts.reduce(into: []) { bytes, text in
      bytes += text
      bytes.append(0)
    }
  }

  /// - Returns: nil for what `encode(bytes:)` never made: no NUL at the end.
  static func decodeBytes(_ bytes: [UInt8]) -> [[UInt8]]? {
    guard let last = bytes.last else { return [] }
    guard last == 0 else { return nil }
    return bytes.dropLast().split(separator: 0, omittingEmptySubsequences: false).map(Array.init)
  }

  /// - Returns: nil for what `encode` never made: no NUL at the end, or no UTF-8.
  static func decode(_ bytes: [UInt8]) -> [String]? {
    guard let last = bytes.last else { return [] }
    guard last == 0 else { return nil }
    var texts: [String] = []
    for piece in bytes.dropLast().split(separator: 0, omittingEmptySubsequences: false) {
      guard let text = String(validating: piece, as: UTF8.self) else { return nil }
      texts.append(text)
    }
    return texts
  }

  /// Pairs of texts, one after another.
  static func decodePairs(_ bytes: [UInt8]) -> [(String, String)]? {
    guard let texts = decode(bytes), texts.count.isMultiple(of: 2) else { return nil }
    return stride(from: 0, to: texts.count, by: 2).map { (texts[$0], texts[$0 + 1]) }
  }
}
