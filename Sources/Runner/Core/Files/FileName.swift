/// The name of a file that goes with a job: one component of a path, in UTF-8.
///
/// No `/`, no NUL and no other control character, at most 255 bytes (NAME_MAX of limits.h), and no
/// leading full stop: neither `..` nor what programs take for a hidden file of their own.
package struct FileName: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// Why a text is no name: one sentence.
  package struct ParseError: Error, Hashable, Sendable {
    /// The sentence.
    package let error: String
  }

  /// Bytes of the longest name.
  package static let bytesMax = 255

  /// The name as it stands on the disk.
  package let text: String

  /// The name that `bytes` are.
  ///
  /// - Throws: `ParseError` for any other bytes.
  package init(_ bytes: [UInt8]) throws(ParseError) {
    guard !bytes.isEmpty, bytes.count <= Self.bytesMax else {
      throw ParseError(error: "The name of a file has 1 to \(Self.bytesMax) bytes.")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ParseError(error: "The name of a file is UTF-8.")
    }
    guard bytes[0] != UInt8(ascii: ".") else {
      throw ParseError(error: "The name of a file begins with no full stop.")
    }
    let isForbidden = { (byte: UInt8) in
      byte < 0x20 || byte == 0x7f || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\")
    }
    guard !bytes.contains(where: isForbidden) else {
      throw ParseError(error: "The name of a file has no slash and no control character.")
    }
    self.text = text
  }

  /// The name.
  package var description: String { text }

  /// By their bytes.
  package static func < (one: FileName, other: FileName) -> Bool {
    one.text.utf8.lexicographicallyPrecedes(other.text.utf8)
  }
}
