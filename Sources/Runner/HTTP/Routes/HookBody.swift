import TextFormats

/// The body of `POST /hooks/<name>`: a JSON text, or a form (application/x-www-form-urlencoded, or
/// multipart/form-data), which is an object of its names.
///
/// A value of a form that is a JSON object is one, as senders put their document into a field
/// `payload`. Of a file there is its name. What `Content-Type` says is not looked at, as elsewhere,
/// but for multipart/form-data, which needs its boundary.
enum HookBody {
  /// Names of a form at most.
  static let namesMax = 256

  /// Reads a body.
  ///
  /// - Throws: `Submission.ParseError` for one that is none of them.
  static func document(
    _ body: [UInt8], contentType: String = ""
  ) throws(Submission.ParseError) -> JSONNode {
    if let boundary = FormBoundary(contentType: contentType) {
      return try multipart(body, boundary)
    }
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

  /// An object of names, written as JSON; of a name that stands twice the first value is kept.
  private struct NamedValues {
    private var writer = JSONWriter()
    private var names: Set<String> = []

    init() { writer.beginObject() }

    var isFull: Bool { names.count >= HookBody.namesMax }

    mutating func add(_ name: String, _ value: [UInt8]) {
      guard !isFull, names.insert(name).inserted else { return }
      writer.key(name)
      if HookBody.isObject(value) {
        writer.rawValue(value)
      } else {
        writer.string(String(validating: value, as: UTF8.self) ?? "")
      }
    }

    mutating func addFile(_ name: String, _ fileName: String) {
      guard !isFull, names.insert(name).inserted else { return }
      writer.key(name)
      writer.beginObject()
      writer.key("filename")
      writer.string(fileName)
      writer.endObject()
    }

    mutating func finish() -> [UInt8] {
      writer.endObject()
      return writer.bytes
    }
  }

  fileprivate static func isObject(_ value: [UInt8]) -> Bool {
    guard value.first == UInt8(ascii: "{") else { return false }
    do throws(JSONSyntaxError) {
      _ = try JSONReader.read(value, as: .json)
      return true
    } catch {
      return false
    }
  }

  /// A form as a JSON text.
  private static func form(_ body: [UInt8]) -> [UInt8] {
    guard ForeignFormat(of: body) == .form else { return body }
    var values = NamedValues()
    for pair in body.split(separator: UInt8(ascii: "&")).prefix(namesMax) {
      let parts = pair.split(
        separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = String(validating: bytes(parts[0]), as: UTF8.self) else { continue }
      values.add(name, parts.count > 1 ? bytes(parts[1]) : [])
    }
    return values.finish()
  }

  private static func bytes(_ text: ArraySlice<UInt8>) -> [UInt8] {
    let spaced = text.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }
    return String(validating: spaced, as: UTF8.self).map { PercentEncoding.bytes(of: $0) } ?? []
  }

  private static func multipart(
    _ body: [UInt8], _ boundary: FormBoundary
  ) throws(Submission.ParseError) -> JSONNode {
    var values = NamedValues()
    do throws(MultipartError) {
      try read(body, boundary, into: &values)
    } catch {
      throw Submission.ParseError(error: error.error)
    }
    do throws(JSONSyntaxError) {
      return try JSONReader.read(values.finish(), as: .json)
    } catch {
      // An object within a value may be as deep as all may be.
      throw Submission.ParseError(error: "A value of the form is no JSON: \(error.reason).")
    }
  }

  private static func read(
    _ body: [UInt8], _ boundary: FormBoundary, into values: inout NamedValues
  ) throws(MultipartError) {
    var parser = MultipartParser(boundary)
    parser.append(body)
    parser.finish()
    var head: FormPartHead?
    var content: [UInt8] = []
    while let event = try parser.next() {
      switch event {
      case .part(let part): (head, content) = (part, [])
      case .bytes(let bytes): if head?.fileName == nil { content += bytes }
      case .partEnd:
        guard let part = head else { continue }
        if let fileName = part.fileName {
          values.addFile(part.name, fileName)
        } else {
          values.add(part.name, content)
        }
      case .end: return
      }
    }
  }
}
