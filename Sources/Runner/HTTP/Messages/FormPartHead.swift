import RunnerCore

/// The head of one part of a form (RFC 7578, section 4.2).
struct FormPartHead: Hashable, Sendable {
  /// Name of the field.
  let name: String
  /// Name of the file, as the sender has it; nil for a text.
  let fileName: String?
  /// Digests that the content must have (`Content-Digest` of RFC 9530).
  let digests: [FileDigest]

  /// Reads the lines of a head.
  ///
  /// - Parameter bytes: without the empty line behind it.
  /// - Throws: `MultipartError` for a head that is malformed, has no name, or says that its content
  ///   is encoded, or several files.
  init(_ bytes: ArraySlice<UInt8>) throws(MultipartError) {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw MultipartError("The head of a part is no UTF-8.")
    }
    var disposition: String?
    var digest = ""
    for line in text.unicodeScalars.split(separator: "\r\n".unicodeScalars) {
      let (name, value) = try Self.field(line)
      switch name {
      case "content-disposition":
        guard disposition == nil else {
          throw MultipartError("A part has two fields Content-Disposition.")
        }
        disposition = value
      case "content-transfer-encoding":
        guard ["binary", "8bit", "7bit"].contains(value.lowercased()) else {
          throw MultipartError(
            "A part has a Content-Transfer-Encoding; send its bytes as they are (RFC 7578, "
              + "section 4.7).")
        }
      case "content-type":
        guard !value.lowercased().hasPrefix("multipart/") else {
          throw MultipartError(
            "A part is multipart itself; send each file as a part (RFC 7578, section 4.3).")
        }
      case "content-digest": digest += (digest.isEmpty ? "" : ",") + value
      default: break
      }
    }
    guard let digests = DigestField.digests(in: digest) else {
      throw MultipartError("The Content-Digest of a part is not as RFC 9530 has it.")
    }
    self.digests = digests
    (name, fileName) = try Self.names(disposition ?? "")
  }

  /// A part without a name.
  static let missingName = MultipartError(
    "A part has no `Content-Disposition: form-data; name=…`.")

  private static func field(
    _ line: String.UnicodeScalarView.SubSequence
  ) throws(MultipartError) -> (name: String, value: String) {
    guard let colon = line.firstIndex(of: ":") else {
      throw MultipartError("A line in the head of a part is no field.")
    }
    let name = line[..<colon]
    let isToken = name.allSatisfy { scalar in
      scalar.isASCII && scalar.value > 0x20 && scalar.value != 0x7f
    }
    let value = line[line.index(after: colon)...]
    guard isToken, !name.isEmpty,
      !value.contains(where: { $0.value < 0x20 && $0 != "\t" || $0.value == 0x7f })
    else { throw MultipartError("A line in the head of a part is no field.") }
    let isSpace = { (scalar: Unicode.Scalar) in scalar == " " || scalar == "\t" }
    var trimmed = value.drop(while: isSpace)
    while let last = trimmed.last, isSpace(last) { trimmed.removeLast() }
    return (String(name).lowercased(), String(trimmed))
  }

  private static func names(
    _ disposition: String
  ) throws(MultipartError) -> (name: String, fileName: String?) {
    var parser = ParameterParser(disposition)
    guard parser.word()?.lowercased() == "form-data" else {
      throw missingName
    }
    var values: [String: String] = [:]
    while let parameter = parser.parameter() {
      guard parameter.name == "name" || parameter.name == "filename" else {
        throw MultipartError(
          parameter.name == "filename*"
            ? "A part has filename*; send filename in UTF-8 (RFC 7578, section 4.2)."
            : "The Content-Disposition of a part has name and filename alone.")
      }
      guard values.updateValue(unescaped(parameter.value), forKey: parameter.name) == nil else {
        throw MultipartError("The Content-Disposition of a part has one name twice.")
      }
    }
    guard parser.isAtEnd, let name = values["name"] else {
      throw missingName
    }
    return (name, values["filename"])
  }

  /// Browsers and curl write a double quote and the ends of lines like this in a name, and nothing
  /// else (the HTML standard, "multipart/form-data encoding algorithm").
  private static func unescaped(_ name: String) -> String {
    guard name.utf8.contains(UInt8(ascii: "%")) else { return name }
    var bytes: [UInt8] = []
    var rest = Array(name.utf8)[...]
    let escapes: [([UInt8], UInt8)] = [
      (Array("%22".utf8), 0x22), (Array("%0D".utf8), 0x0d), (Array("%0A".utf8), 0x0a),
    ]
    while let first = rest.first {
      let escape = escapes.first { rest.starts(with: $0.0) }
      bytes.append(escape?.1 ?? first)
      rest = rest.dropFirst(escape?.0.count ?? 1)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
