/// The field `Idempotency-Key`: a text that the client made up, plain or in double quotes.
enum IdempotencyKey {
  /// Bytes that a key may have.
  static let bytesMax = 255

  /// Why the field is refused: a sentence for the client.
  struct ParseError: Error, Hashable, Sendable {
    let error: String
  }

  /// - Returns: the key, or nil where there is none.
  static func key(in fields: HeaderFields) throws(ParseError) -> String? {
    guard fields.idempotencyKeyCount > 0 else { return nil }
    var key = fields.idempotencyKey[...]
    if key.count > 1, key.first == "\"", key.last == "\"" { key = key.dropFirst().dropLast() }
    let isPlain = key.utf8.allSatisfy { (0x20...0x7e).contains($0) }
    guard fields.idempotencyKeyCount == 1, isPlain, (1...bytesMax).contains(key.utf8.count) else {
      throw ParseError(
        error: "Idempotency-Key must stand once, with 1 to \(bytesMax) printable ASCII characters.")
    }
    return String(key)
  }
}
