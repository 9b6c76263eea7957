package import TextFormats

/// A JSON Pointer (RFC 6901): where in a document a value is.
package struct JSONPointer: Hashable, Sendable {
  /// As it was written: empty, or `/` before each step.
  package let text: String
  private let steps: [String]

  /// Bytes of a pointer at most.
  package static let bytesMax = 512

  /// Reads a pointer; nil for a text that is none.
  package init?(_ text: String) {
    guard text.isEmpty || text.hasPrefix("/"), text.utf8.count <= Self.bytesMax else { return nil }
    var steps: [String] = []
    for part in text.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
      // `~0` and `~1` alone may follow.
      var rest = part[...]
      while let tilde = rest.firstIndex(of: "~") {
        rest = rest[rest.index(after: tilde)...]
        guard rest.hasPrefix("0") || rest.hasPrefix("1") else { return nil }
      }
      steps.append(String(part).replacing("~1", with: "/").replacing("~0", with: "~"))
    }
    self.text = text
    self.steps = steps
  }

  /// The value that it names; nil where the document has none.
  package func value(in document: JSONNode) -> JSONNode? {
    var node = document
    for step in steps {
      switch node.content {
      case .object(let members):
        guard let member = members.first(where: { $0.key == step }) else { return nil }
        node = member.value
      case .list(let elements):
        // Digits without a zero before them.
        guard let index = Int(step), "\(index)" == step, elements.indices.contains(index) else {
          return nil
        }
        node = elements[index]
      default: return nil
      }
    }
    return node
  }
}
