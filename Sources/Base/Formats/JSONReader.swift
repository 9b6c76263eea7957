/// Reads one text of JSON, by the letter of RFC 8259, or of JSON5 (spec.json5.org), and knows where
/// everything in it begins.
///
/// The two are one grammar: JSON5 adds comments, white space, names without quotes, trailing commas
/// and more ways to write a number or a string. What is common is read by the same code.
package struct JSONReader {
  /// Grammar by which a text is read.
  package enum Dialect: Hashable, Sendable {
    /// RFC 8259; also refuses what parsers disagree on: a name twice in one object, lone
    /// surrogates, bytes that are not UTF-8, anything behind the value.
    case json
    /// JSON5. Of names that stand twice in one object, both are kept.
    case json5
  }

  /// How deep lists and objects may stand in each other; also how deep this recurses.
  package static let depthMax = 32

  let bytes: [UInt8]
  let isStrict: Bool
  var index = 0
  private var depth = 0

  private init(_ bytes: [UInt8], _ dialect: Dialect) {
    self.bytes = bytes
    self.isStrict = dialect == .json
  }

  /// The value that `bytes` hold, with white space and, in JSON5, comments around it.
  ///
  /// - Throws: `JSONSyntaxError` for the first error of syntax or encoding, for nesting deeper than
  ///   `depthMax`, and with `.json` for an empty text or a name that stands twice in one object.
  package static func read(
    _ bytes: [UInt8], as dialect: Dialect
  ) throws(JSONSyntaxError) -> JSONNode {
    var reader = JSONReader(bytes, dialect)
    // RFC 8259, section 8.1: a reader may ignore a byte order mark.
    reader.index =
      try dialect == .json5 ? JSONSource.start(of: bytes) : JSONSource.markBytes(of: bytes)
    try reader.skipSpace()
    guard reader.next != nil || dialect == .json5 else {
      throw JSONSyntaxError(kind: .empty, offset: reader.index, reason: "it is empty")
    }
    let root = try reader.value()
    try reader.skipSpace()
    guard reader.next == nil else {
      throw reader.fault(
        json: "something stands behind the value",
        json5: "something stands behind the end of the document")
    }
    return root
  }

  /// The byte to be read; nil at the end.
  var next: UInt8? { index < bytes.count ? bytes[index] : nil }

  mutating func skip(_ expected: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: expected) else { return false }
    index += 1
    return true
  }

  /// A fault here, in the words of the dialect.
  func fault(json: String, json5: @autoclosure () -> String) -> JSONSyntaxError {
    JSONSyntaxError(kind: .syntax, offset: index, reason: isStrict ? json : json5())
  }

  /// A fault of JSON5 that is shown at `offset`, and of JSON that is shown here.
  func fault(json: String, json5: String, since offset: Int) -> JSONSyntaxError {
    isStrict
      ? JSONSyntaxError(kind: .syntax, offset: index, reason: json)
      : JSONSyntaxError(kind: .syntax, offset: offset, reason: json5)
  }

  private mutating func value() throws(JSONSyntaxError) -> JSONNode {
    let offset = index
    return JSONNode(offset: offset, content: try content())
  }

  private mutating func content() throws(JSONSyntaxError) -> JSONNode.Content {
    guard let byte = next else {
      throw fault(json: "it ends where a value is expected", json5: "a value is missing")
    }
    switch byte {
    case UInt8(ascii: "{"):
      try enter()
      defer { depth -= 1 }
      return .object(try members())
    case UInt8(ascii: "["):
      try enter()
      defer { depth -= 1 }
      return .list(try elements())
    case UInt8(ascii: "\""): return .text(try string())
    case UInt8(ascii: "'") where !isStrict: return .text(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
    case UInt8(ascii: "+") where !isStrict, UInt8(ascii: ".") where !isStrict:
      return .number(try number())
    default: return isStrict ? try literal() : try word()
    }
  }

  private mutating func enter() throws(JSONSyntaxError) {
    guard depth < Self.depthMax else {
      throw fault(
        json: "arrays and objects stand more than \(Self.depthMax) deep in each other",
        json5: "it is nested deeper than \(Self.depthMax) levels")
    }
    depth += 1
    index += 1
  }

  /// Behind `[`, to behind `]`.
  private mutating func elements() throws(JSONSyntaxError) -> [JSONNode] {
    var elements: [JSONNode] = []
    try skipSpace()
    if skip("]") { return elements }
    while true {
      elements.append(try value())
      try skipSpace()
      if skip("]") { return elements }
      guard skip(",") else {
        throw fault(
          json: "a comma or a closing bracket is expected", json5: "a comma or ] is missing here")
      }
      try skipSpace()
      if !isStrict, skip("]") { return elements }
    }
  }

  /// Behind `{`, to behind `}`.
  private mutating func members() throws(JSONSyntaxError) -> [JSONNode.Member] {
    var members: [JSONNode.Member] = []
    var names: Set<[UInt8]> = []
    try skipSpace()
    if skip("}") { return members }
    while true {
      let offset = index
      let key = try key()
      // Compared by bytes, after escapes are resolved: "args" and "\u0061rgs" are one name.
      guard !isStrict || names.insert(Array(key.utf8)).inserted else {
        throw JSONSyntaxError(
          kind: .repeated(key), offset: index, reason: "a name stands twice in one object")
      }
      try skipSpace()
      guard skip(":") else {
        throw fault(json: "a colon is expected", json5: "a colon is missing behind `\(key)`")
      }
      try skipSpace()
      members.append(JSONNode.Member(key: key, offset: offset, value: try value()))
      try skipSpace()
      if skip("}") { return members }
      guard skip(",") else {
        throw fault(
          json: "a comma or a closing brace is expected", json5: "a comma or } is missing here")
      }
      try skipSpace()
      if !isStrict, skip("}") { return members }
    }
  }

  private mutating func key() throws(JSONSyntaxError) -> String {
    switch next {
    case UInt8(ascii: "\""): return try string()
    case UInt8(ascii: "'") where !isStrict: return try string()
    default:
      guard !isStrict else { throw fault(json: "a name in quotes is expected", json5: "") }
      return try identifier("a key or } is missing here")
    }
  }

  private mutating func literal() throws(JSONSyntaxError) -> JSONNode.Content {
    let literals: [(text: String, content: JSONNode.Content)] = [
      ("true", .bool(true)), ("false", .bool(false)), ("null", .null),
    ]
    for (text, content) in literals where bytes[index...].starts(with: text.utf8) {
      index += text.utf8.count
      return content
    }
    throw fault(json: "a value is expected", json5: "")
  }
}
