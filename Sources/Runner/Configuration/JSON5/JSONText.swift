import TextFormats

/// JSON that is written for people: members in the order in which they were put, two spaces a
/// level, and what is short on one line.
package indirect enum JSONText: Hashable, Sendable {
  case null
  case bool(Bool)
  case int(Int)
  /// Tenths, for scores.
  case tenths(Int)
  /// Hundredths: 150 is written as `1.5`.
  case hundredths(Int)
  case text(String)
  case list([JSONText])
  case object([Member])

  /// One member of an object.
  package struct Member: Hashable, Sendable {
    /// Name of the member; it is quoted and escaped when it is written.
    package let key: String
    /// Value of the member.
    package let value: JSONText
  }

  private static let columnsMax = 96

  /// An object of the members whose values are not nil.
  package static func members(_ members: [(String, JSONText?)]) -> JSONText {
    .object(members.compactMap { key, value in value.map { Member(key: key, value: $0) } })
  }

  /// What a JSON5 value is in JSON; nil for the numbers that JSON does not have.
  package init?(_ node: JSON5Node) {
    switch node.content {
    case .null: self = .null
    case .bool(let value): self = .bool(value)
    case .integer(let value): self = .int(value)
    case .decimal(let value):
      guard value.isFinite, abs(value) < 1e12 else { return nil }
      self = .hundredths(Int((value * 100).rounded()))
    case .text(let value): self = .text(value)
    case .list(let elements): self = .list(elements.compactMap { JSONText($0) })
    case .object(let members):
      self = .members(members.map { ($0.key, JSONText($0.value)) })
    }
  }

  /// The value as a document: on one line where it fits, and with one line feed at its end.
  package var document: String { written(indent: 0, room: Self.columnsMax) + "\n" }

  private func written(indent: Int, room: Int) -> String {
    let short = line
    if short.count <= room { return short }
    let inner = String(repeating: " ", count: indent + 2)
    let outer = String(repeating: " ", count: indent)
    let space = Self.columnsMax - indent - 3
    switch self {
    case .list(let elements):
      let lines = elements.map { inner + $0.written(indent: indent + 2, room: space) }
      return "[\n" + lines.joined(separator: ",\n") + "\n\(outer)]"
    case .object(let members):
      let lines = members.map { member in
        let key = JSONWriter.quoted(member.key) + ": "
        return inner + key
          + member.value.written(indent: indent + 2, room: space - key.count)
      }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(outer)}"
    default: return short
    }
  }

  /// The whole value on one line.
  package var line: String {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .int(let value): "\(value)"
    case .tenths(let value): "\(value / 10).\(value % 10)"
    case .hundredths(let value): HundredthsValue.string(value)
    case .text(let value): JSONWriter.quoted(value)
    case .list(let elements): "[" + elements.map(\.line).joined(separator: ", ") + "]"
    case .object(let members):
      members.isEmpty
        ? "{}"
        : "{ "
          + members.map { "\(JSONWriter.quoted($0.key)): \($0.value.line)" }
          .joined(separator: ", ") + " }"
    }
  }
}
