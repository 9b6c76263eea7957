import TextFormats

/// Reads the body of a request: `JSONReader`, in the words of an answer.
enum JSONParser {
  /// - Throws: `JSONValueError`, which says what is wrong and at which byte.
  static func parse(_ bytes: [UInt8]) throws(JSONValueError) -> JSONValue {
    do throws(JSONSyntaxError) {
      return JSONValue(try JSONReader.read(bytes, as: .json))
    } catch {
      throw JSONValueError(error)
    }
  }
}

extension JSONValue {
  fileprivate init(_ node: JSONNode) {
    switch node.content {
    case .null: self = .null
    case .bool(let value): self = .bool(value)
    case .number(let number): self = .number(number.unsigned)
    case .text(let text): self = .string(text)
    case .list(let elements): self = .array(elements.map { JSONValue($0) })
    case .object(let members):
      self = .object(members.map { Member(name: $0.key, value: JSONValue($0.value)) })
    }
  }
}

extension JSONValueError {
  fileprivate init(_ fault: JSONSyntaxError) {
    switch fault.kind {
    case .empty: self.init(reason: "The body is empty.")
    case .syntax:
      self.init(reason: "The body is not valid JSON: \(fault.reason) at byte \(fault.offset).")
    case .encoding: self.init(reason: "The body is not valid JSON: \(fault.reason).")
    case .repeated(let name):
      self.init(reason: "A name stands twice in one object.", duplicateName: name)
    }
  }
}
