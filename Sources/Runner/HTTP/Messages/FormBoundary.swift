/// The boundary of a form: what `Content-Type: multipart/form-data; boundary=…` names (RFC 7578,
/// section 4.1; RFC 2046, section 5.1.1).
struct FormBoundary: Hashable, Sendable {
  /// The boundary without the hyphens in front of it, 1 to 70 bytes.
  let text: String

  /// Bytes of the longest boundary.
  private static let bytesMax = 70

  /// - Parameter contentType: the value of the field. nil where it is another type, names no
  ///   boundary or two, or one that is none.
  init?(contentType: String) {
    var parser = ParameterParser(contentType)
    guard parser.word()?.lowercased() == "multipart/form-data" else { return nil }
    var boundary: String?
    while let parameter = parser.parameter() {
      guard parameter.name == "boundary" else { continue }
      guard boundary == nil else { return nil }
      boundary = parameter.value
    }
    guard parser.isAtEnd, let boundary, Self.isBoundary(boundary) else { return nil }
    text = boundary
  }

  /// `bchars`, the last of which is no space.
  private static func isBoundary(_ text: String) -> Bool {
    let bytes = text.utf8
    guard (1...bytesMax).contains(bytes.count), bytes.last != UInt8(ascii: " ") else {
      return false
    }
    return bytes.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "A")...UInt8(ascii: "Z"):
        true
      default: "'()+_,-./:=? ".utf8.contains(byte)
      }
    }
  }
}
