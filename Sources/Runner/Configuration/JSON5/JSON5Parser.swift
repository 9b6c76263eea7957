/// Reads JSON5 (spec.json5.org), whole and with the position of every key and value.
///
/// It is our own because what is wrong with a configuration is mostly its meaning, which is known
/// long after the reading: the decoders at hand keep no positions for that.
package struct JSON5Parser {
  /// A document, and the keys that occur twice in one object: all errors of meaning can be told
  /// beside those.
  package struct Document: Hashable, Sendable {
    package let root: JSON5Node
    package let repeated: [JSON5Member]
  }

  /// Bytes of a document.
  package static let bytesMax = 1 << 20
  /// Objects and lists within each other.
  package static let depthMax = 32

  var cursor: JSON5Cursor
  private var depth = 0
  private var repeated: [JSON5Member] = []

  /// - Throws: `JSON5Fault` at the first thing that is not JSON5.
  package static func parse(_ bytes: [UInt8]) throws(JSON5Fault) -> Document {
    guard bytes.count <= bytesMax else {
      throw JSON5Fault(
        position: SourcePosition(line: 1, column: 1),
        why: "the file has \(bytes.count) bytes; at most \(bytesMax) are read")
    }
    var parser = JSON5Parser(cursor: try JSON5Cursor(bytes))
    try parser.cursor.skipSpace()
    let root = try parser.value()
    try parser.cursor.skipSpace()
    guard parser.cursor.current == nil else {
      throw parser.cursor.fault("something stands behind the end of the document")
    }
    return Document(root: root, repeated: parser.repeated)
  }

  private init(cursor: JSON5Cursor) {
    self.cursor = cursor
  }

  private mutating func value() throws(JSON5Fault) -> JSON5Node {
    let position = cursor.position
    guard let scalar = cursor.current else { throw cursor.fault("a value is missing") }
    let content: JSON5Node.Content
    switch scalar {
    case "{": content = .object(try nested { parser throws(JSON5Fault) in try parser.members() })
    case "[": content = .list(try nested { parser throws(JSON5Fault) in try parser.elements() })
    case "\"", "'": content = .text(try text())
    case "+", "-", ".", "0"..."9": content = try number()
    default: content = try literal()
    }
    return JSON5Node(position: position, content: content)
  }

  private mutating func nested<Part>(
    _ read: (inout JSON5Parser) throws(JSON5Fault) -> Part
  ) throws(JSON5Fault) -> Part {
    guard depth < Self.depthMax else {
      throw cursor.fault("it is nested deeper than \(Self.depthMax) levels")
    }
    depth += 1
    defer { depth -= 1 }
    cursor.next()
    return try read(&self)
  }

  /// Behind `[`, to behind `]`.
  private mutating func elements() throws(JSON5Fault) -> [JSON5Node] {
    var elements: [JSON5Node] = []
    while true {
      try cursor.skipSpace()
      if cursor.consume("]") { return elements }
      elements.append(try value())
      try cursor.skipSpace()
      guard cursor.consume(",") || cursor.current == "]" else {
        throw cursor.fault("a comma or ] is missing here")
      }
    }
  }

  /// Behind `{`, to behind `}`.
  private mutating func members() throws(JSON5Fault) -> [JSON5Member] {
    var members: [JSON5Member] = []
    var seen: Set<String> = []
    while true {
      try cursor.skipSpace()
      if cursor.consume("}") { return members }
      let position = cursor.position
      let key = try key()
      try cursor.skipSpace()
      guard cursor.consume(":") else { throw cursor.fault("a colon is missing behind `\(key)`") }
      try cursor.skipSpace()
      let member = JSON5Member(key: key, position: position, value: try value())
      if !seen.insert(key).inserted { repeated.append(member) }
      members.append(member)
      try cursor.skipSpace()
      guard cursor.consume(",") || cursor.current == "}" else {
        throw cursor.fault("a comma or } is missing here")
      }
    }
  }

  private mutating func key() throws(JSON5Fault) -> String {
    switch cursor.current {
    case "\"", "'": try text()
    default: try identifier("a key or } is missing here")
    }
  }

  private mutating func literal() throws(JSON5Fault) -> JSON5Node.Content {
    let start = cursor.position
    switch try identifier("this is no value") {
    case "null": return .null
    case "true": return .bool(true)
    case "false": return .bool(false)
    case "Infinity": return .decimal(.infinity)
    case "NaN": return .decimal(.nan)
    case let other:
      throw JSON5Fault(
        position: start, why: "`\(other)` is no value; a string stands in quotation marks")
    }
  }
}
