/// A format that clients send in the place of JSON in UTF-8, told by the first bytes of the body:
/// what its `Content-Type` says is not looked at.
enum ForeignFormat: Hashable, Sendable {
  /// UTF-16 or UTF-32, with a byte order mark or without.
  case wideCharacters
  /// gzip, zlib or zstd.
  case compressed
  /// multipart/form-data (RFC 7578).
  case multipart
  /// application/x-www-form-urlencoded.
  case form

  /// Bytes of a form's first name that are looked at.
  private static let nameBytesMax = 256

  /// - Parameter body: one that is no JSON. nil where it is not known what it is.
  init?(of body: [UInt8]) {
    let compressions: [[UInt8]] = [
      [0x1f, 0x8b], [0x28, 0xb5, 0x2f, 0xfd], [0x78, 0x01], [0x78, 0x5e], [0x78, 0x9c],
      [0x78, 0xda],
    ]
    if body.starts(with: [0xff, 0xfe]) || body.starts(with: [0xfe, 0xff])
      || body.prefix(2).contains(0)
    {
      self = .wideCharacters
    } else if compressions.contains(where: { body.starts(with: $0) }) {
      self = .compressed
    } else if body.starts(with: "--".utf8), body.contains(0x0a) {
      self = .multipart
    } else if Self.isForm(body) {
      self = .form
    } else {
      return nil
    }
  }

  /// A name as forms write it, and `=`.
  private static func isForm(_ body: [UInt8]) -> Bool {
    let start = body.prefix(nameBytesMax)
    guard let end = start.firstIndex(of: UInt8(ascii: "=")), end > 0 else { return false }
    return start[..<end].allSatisfy { byte in
      let scalar = Unicode.Scalar(byte)
      return byte < 0x80 && scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
        || "%+-._*[]".unicodeScalars.contains(scalar)
    }
  }

  /// What came, and what is taken.
  var sentence: String {
    switch self {
    case .wideCharacters: "The body is UTF-16 or UTF-32; send the JSON as UTF-8."
    case .compressed: "The body is compressed; send the JSON without a Content-Encoding."
    case .multipart:
      "The body is multipart, and Content-Type is not multipart/form-data with its boundary; send "
        + "one JSON object, for instance with curl -d, or a form, with curl -F."
    case .form:
      "The body is a form of names and values; send one JSON object, or a form as "
        + "multipart/form-data."
    }
  }
}
