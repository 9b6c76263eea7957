import TextFormats

/// Members and values of a document of the service; nil where they are not there or of another
/// type.
extension JSONNode {
  subscript(name: String) -> JSONNode? {
    guard case .object(let members) = content else { return nil }
    return members.first { $0.key == name }?.value
  }

  var text: String? {
    guard case .text(let text) = content else { return nil }
    return text
  }

  var integer: Int? {
    guard case .number(let number) = content else { return nil }
    return number.integer
  }

  /// A number that is finite.
  var decimal: Double? {
    guard case .number(let number) = content, number.decimal.isFinite else { return nil }
    return number.decimal
  }

  var flag: Bool? {
    guard case .bool(let flag) = content else { return nil }
    return flag
  }

  var elements: [JSONNode]? {
    guard case .list(let elements) = content else { return nil }
    return elements
  }

  /// The same value as one line of JSON.
  var line: [UInt8] {
    var writer = JSONWriter()
    write(to: &writer)
    return writer.bytes
  }

  private func write(to writer: inout JSONWriter) {
    switch content {
    case .null: writer.null()
    case .bool(let flag): writer.bool(flag)
    case .number(let number): writer.rawValue(Array(number.text.utf8))
    case .text(let text): writer.string(text)
    case .list(let elements):
      writer.beginArray()
      for element in elements { element.write(to: &writer) }
      writer.endArray()
    case .object(let members):
      writer.beginObject()
      for member in members {
        writer.key(member.key)
        member.value.write(to: &writer)
      }
      writer.endObject()
    }
  }
}
