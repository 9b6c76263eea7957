import TestSupport

/// A schema of docs/openapi.json (JSON Schema 2020-12), as far as that file uses it.
struct DocumentSchema {
  private let schema: JSONValue

  init(_ schema: JSONValue) {
    self.schema = schema
  }

  /// Whether the schema takes a value.
  func admits(_ value: JSONValue) throws -> Bool {
    if let choices = schema["oneOf"]?.array {
      return try choices.filter { try DocumentSchema($0).admits(value) }.count == 1
    }
    guard hasType(of: value) else { return false }
    if let values = schema["enum"]?.array, !values.contains(value) { return false }
    switch value {
    case .string(let text): return try admits(text)
    case .number(let text):
      guard let number = Int(text) else { return false }
      return number >= limit("minimum", .min) && number <= limit("maximum", .max)
    case .array(let elements):
      guard elements.count <= limit("maxItems", .max),
        schema["uniqueItems"] == nil || Set(elements.compactMap(\.string)).count == elements.count
      else { return false }
      return try elements.allSatisfy { try part("items", admits: $0) }
    case .object(let members):
      guard members.count <= limit("maxProperties", .max) else { return false }
      return try members.allSatisfy { member in
        guard try part("propertyNames", admits: .string(member.key)) else { return false }
        return try part("additionalProperties", admits: member.value)
      }
    case .null, .bool: return true
    }
  }

  private func admits(_ text: String) throws -> Bool {
    let count = text.unicodeScalars.count
    guard count >= limit("minLength", 0), count <= limit("maxLength", .max) else { return false }
    guard let pattern = schema["pattern"]?.string else { return true }
    return try Regex(pattern).matchingSemantics(.unicodeScalar).firstMatch(in: text) != nil
  }

  private func part(_ name: String, admits value: JSONValue) throws -> Bool {
    guard let part = schema[name], part.object != nil else { return true }
    return try DocumentSchema(part).admits(value)
  }

  private func limit(_ name: String, _ otherwise: Int) -> Int {
    schema[name]?.integer ?? otherwise
  }

  private func hasType(of value: JSONValue) -> Bool {
    let names = schema["type"].map { $0.array?.compactMap(\.string) ?? [$0.string ?? ""] } ?? []
    let name =
      switch value {
      case .null: "null"
      case .bool: "boolean"
      case .number: "integer"
      case .string: "string"
      case .array: "array"
      case .object: "object"
      }
    return names.isEmpty || names.contains(name)
  }
}
