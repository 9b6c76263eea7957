import RunnerCore
import TextFormats

/// The fields `Content-Digest` and `Repr-Digest` (RFC 9530): a dictionary of byte sequences
/// (RFC 9651, section 3.2), of which the algorithms that are known are checked.
enum DigestField {
  /// The digests of a field; empty for an empty one, and where it names none of the algorithms.
  /// Parameters are left out, and members of other algorithms, whatever their value.
  ///
  /// - Returns: nil for a field that is malformed.
  static func digests(in field: String) -> [FileDigest]? {
    guard !field.isEmpty else { return [] }
    guard let members = Self.members(of: field) else { return nil }
    var digests: [FileDigest] = []
    for member in members {
      let name = member.prefix { $0 != "=" && $0 != ";" }
      guard let first = name.first, first == "*" || ("a"..."z").contains(first) else { return nil }
      guard let algorithm = FileDigest.Algorithm(rawValue: String(name)) else { continue }
      guard let bytes = byteSequence(member.dropFirst(name.count)),
        let digest = FileDigest(algorithm, bytes)
      else { return nil }
      digests.append(digest)
    }
    return digests
  }

  /// The members of a dictionary, without the spaces around them. A comma within a string parts
  /// none.
  ///
  /// - Returns: nil where a string has no end.
  private static func members(of field: String) -> [Substring]? {
    var isQuoted = false
    var isEscaped = false
    let members = field.split(omittingEmptySubsequences: false) { character in
      if isEscaped {
        isEscaped = false
        return false
      }
      if character == "\"" { isQuoted.toggle() }
      isEscaped = isQuoted && character == "\\"
      return character == "," && !isQuoted
    }
    guard !isQuoted else { return nil }
    return members.map { member in
      var text = member.drop { $0 == " " || $0 == "\t" }
      while text.last == " " || text.last == "\t" { text.removeLast() }
      return text
    }
  }

  /// The bytes of `=:BASE64:`, behind which parameters may stand; nil for anything else.
  private static func byteSequence(_ text: Substring) -> [UInt8]? {
    guard text.hasPrefix("=:") else { return nil }
    let rest = text.dropFirst(2)
    guard let end = rest.firstIndex(of: ":") else { return nil }
    let parameters = rest[rest.index(after: end)...]
    guard parameters.isEmpty || parameters.first == ";" else { return nil }
    return Base64.decode(rest[..<end])
  }

  /// The field for a SHA-256.
  static func text(_ file: JobFile) -> String { "sha-256=:\(Base64.encode(file.digest)):" }
}
