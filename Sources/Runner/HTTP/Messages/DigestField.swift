import RunnerCore
import TextFormats

/// The fields `Content-Digest` and `Repr-Digest` (RFC 9530): a dictionary of byte sequences
/// (RFC 9651, section 3.2), of which the algorithms that are known are checked.
enum DigestField {
  /// The digests of a field; empty for an empty one, and where it names none of the algorithms.
  ///
  /// - Returns: nil for a field that is malformed.
  static func digests(in field: String) -> [FileDigest]? {
    guard !field.isEmpty else { return [] }
    var digests: [FileDigest] = []
    for member in field.split(separator: ",", omittingEmptySubsequences: false) {
      let text = member.drop { $0 == " " || $0 == "\t" }
      guard let equals = text.firstIndex(of: "=") else { return nil }
      let name = String(text[..<equals])
      var value = text[text.index(after: equals)...]
      while value.last == " " || value.last == "\t" { value.removeLast() }
      guard value.count >= 2, value.first == ":", value.last == ":",
        let bytes = Base64.decode(value.dropFirst().dropLast())
      else { return nil }
      guard let algorithm = FileDigest.Algorithm(rawValue: name) else { continue }
      guard let digest = FileDigest(algorithm, bytes) else { return nil }
      digests.append(digest)
    }
    return digests
  }

  /// The field for a SHA-256.
  static func text(_ file: JobFile) -> String { "sha-256=:\(Base64.encode(file.digest)):" }
}
