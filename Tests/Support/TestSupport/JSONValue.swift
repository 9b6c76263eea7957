/// One JSON value whose keys keep their order: the contract promises the order.
package indirect enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  /// Its letters, so that 1 and 1.0 differ.
  case number(String)
  case string(String)
  case array([JSONValue])
  case object([Member])

  package struct Member: Hashable, Sendable {
    package let key: String
    package let value: JSONValue
  }

  /// - Throws: `TestFailure` that says where the text stops being JSON.
  package init(_ text: String) throws {
    var parser = JSONParser(text)
    self = try parser.document()
  }

  /// The value of a key; nil if there is none or this is no object.
  package subscript(_ key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  package var keys: [String] {
    guard case .object(let members) = self else { return [] }
    return members.map(\.key)
  }

  package var string: String? {
    if case .string(let text) = self { text } else { nil }
  }

  package var integer: Int? {
    if case .number(let text) = self { Int(text) } else { nil }
  }

  package var array: [JSONValue]? {
    if case .array(let values) = self { values } else { nil }
  }

  package var object: [Member]? {
    if case .object(let members) = self { members } else { nil }
  }

  /// The same object without some of its keys.
  package func without(_ keys: Set<String>) -> JSONValue {
    guard case .object(let members) = self else { return self }
    return .object(members.filter { !keys.contains($0.key) })
  }
}
