import TextFormats

/// Reads JSON5 (spec.json5.org), whole and with the line and column of every key and value.
///
/// It is our own because what is wrong with a configuration is mostly its meaning, which is known
/// long after the reading: the decoders at hand keep no positions for that.
package struct JSON5Parser {
  /// A document, and the keys that occur twice in one object: all errors of meaning can be shown
  /// beside those.
  package struct Document: Hashable, Sendable {
    /// The one value of the document.
    package let root: JSON5Node
    /// Members whose key stood in the same object before; empty where each key occurs once.
    package let repeated: [JSON5Member]
  }

  /// Bytes of one document at most.
  package static let bytesMax = 1 << 20
  /// Levels of objects and lists within each other at most.
  package static let depthMax = JSONReader.depthMax

  private var source: JSONSource
  private var repeated: [JSON5Member] = []

  /// Parses a document of at most `bytesMax` bytes.
  ///
  /// - Throws: `JSON5SyntaxError` at the first thing that is not JSON5.
  package static func parse(_ bytes: [UInt8]) throws(JSON5SyntaxError) -> Document {
    guard bytes.count <= bytesMax else {
      throw JSON5SyntaxError(
        position: SourcePosition(line: 1, column: 1),
        why: "the file has \(bytes.count) bytes; at most \(bytesMax) are read")
    }
    var parser = JSON5Parser(source: JSONSource(bytes))
    do throws(JSONSyntaxError) {
      let root = parser.node(try JSONReader.read(bytes, as: .json5))
      return Document(root: root, repeated: parser.repeated)
    } catch {
      throw JSON5SyntaxError(position: parser.source.position(at: error.offset), why: error.reason)
    }
  }

  private init(source: JSONSource) {
    self.source = source
  }

  /// In the order of the text, which is the order in which positions are found.
  private mutating func node(_ node: JSONNode) -> JSON5Node {
    let position = source.position(at: node.offset)
    return JSON5Node(position: position, content: content(node.content))
  }

  private mutating func content(_ content: JSONNode.Content) -> JSON5Node.Content {
    switch content {
    case .null: .null
    case .bool(let value): .bool(value)
    case .number(let number): number.integer.map { .integer($0) } ?? .decimal(number.decimal)
    case .text(let text): .text(text)
    case .list(let elements): .list(elements.map { node($0) })
    case .object(let members): .object(self.members(members))
    }
  }

  private mutating func members(_ members: [JSONNode.Member]) -> [JSON5Member] {
    var seen: Set<String> = []
    return members.map { member in
      let position = source.position(at: member.offset)
      let read = JSON5Member(key: member.key, position: position, value: node(member.value))
      if !seen.insert(member.key).inserted { repeated.append(read) }
      return read
    }
  }
}
