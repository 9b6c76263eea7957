import TextFormats

/// The body of `POST /hooks/<name>`: a JSON text, or a form (application/x-www-form-urlencoded),
/// which is an object of texts. Told apart by its first byte: what `Content-Type` says is not
/// looked at, as elsewhere.
enum HookBody {
  /// Names of a form at most.
  static let namesMax = 256

  /// Reads a body.
  ///
  /// - Throws: `Submission.ParseError` for one that is neither.
  static func document(_ body: [UInt8]) throws(Submission.ParseError) -> JSONNode {
    let first = body.first { $0 > 0x20 }
    let isJSON = first.map { "{[\"".utf8.contains($0) } ?? true
    do throws(JSONSyntaxError) {
      return try JSONReader.read(isJSON ? body : form(body), as: .json)
    } catch {
      if let format = ForeignFormat(of: body), format != .form {
        throw Submission.ParseError(
          error: format.sentence, status: .unsupportedMediaType)
      }
      throw Submission.ParseError(
        error: "The body is no JSON: \(error.reason) at byte \(error.offset)."
          + BodyExcerpt.sentence(on: body))
    }
  }

  /// A form as a JSON text; a name that stands twice keeps its first value.
  private static func form(_ body: [UInt8]) -> [UInt8] {
    guard ForeignFormat(of: body) == .form else { return body }
    var writer = JSONWriter()
    var names: Set<String> = []
    writer.beginObject()
    for pair in body.split(separator: UInt8(ascii: "&")).prefix(namesMax) {
      let parts = pair.split(
        separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = text(parts[0]), names.insert(name).inserted else { continue }
      writer.key(name)
      writer.string(parts.count > 1 ? text(parts[1]) ?? "" : "")
    }
    writer.endObject()
    return writer.bytes
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String? {
    let spaced = bytes.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }
    return String(validating: spaced, as: UTF8.self).flatMap {
      String(validating: PercentEncoding.bytes(of: $0), as: UTF8.self)
    }
  }
}
