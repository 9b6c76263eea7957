import TextFormats

/// What `GET /commands` answers: each command, and the JSON Schema (2020-12) of the members of a
/// submission that it takes. What the schema cannot say stands in members that begin with `x-`.
package struct CommandDocument {
  private let rows: [CommandTable.Row]

  /// A document of these commands.
  package init(_ rows: [CommandTable.Row]) {
    self.rows = rows
  }

  /// The document as JSON.
  package var bytes: [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("commands")
    writer.beginArray()
    for row in rows { Self.write(row, to: &writer) }
    writer.endArray()
    writer.endObject()
    return writer.bytes
  }

  private static func write(_ row: CommandTable.Row, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("name")
    writer.string(row.command.name)
    writer.key("entry")
    writer.string(row.entry)
    writeTexts(row.command.title, row.command.description, to: &writer)
    writer.key("schema")
    writeSchema(of: row.command, to: &writer)
    writer.endObject()
  }

  private static func writeTexts(
    _ title: String?, _ description: String?, to writer: inout JSONWriter
  ) {
    if let title {
      writer.key("title")
      writer.string(title)
    }
    if let description {
      writer.key("description")
      writer.string(description)
    }
  }

  private static func writeSchema(of command: EntryCommand, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("$schema")
    writer.string("https://json-schema.org/draft/2020-12/schema")
    writer.key("type")
    writer.string("object")
    writer.key("properties")
    writer.beginObject()
    writer.key("command")
    writer.beginObject()
    writer.key("const")
    writer.string(command.name)
    writer.endObject()
    for field in command.fields {
      writer.key(field.name)
      writer.beginObject()
      write(field, in: command.folders, to: &writer)
      writer.endObject()
    }
    writer.endObject()
    writer.key("required")
    writer.beginArray()
    writer.string("command")
    for field in command.fields where field.isRequired { writer.string(field.name) }
    writer.endArray()
    writer.endObject()
  }

  private static func write(
    _ field: CommandField, in folders: CommandFolders, to writer: inout JSONWriter
  ) {
    writer.key("type")
    writer.string(type(of: field.kind))
    writeTexts(field.title, field.description, to: &writer)
    switch field.kind {
    case .path(let isWritten, let endings):
      let places = isWritten ? folders.write : folders.read + folders.write
      writePath(isWritten: isWritten, places, endings, to: &writer)
    case .output(let endings):
      writePath(isWritten: true, folders.write, endings, to: &writer)
    case .integer(let range):
      writeRange(.integer(range.lowerBound), .integer(range.upperBound), to: &writer)
    case .number(let range):
      writeRange(
        CommandValue(number: range.lowerBound), CommandValue(number: range.upperBound),
        to: &writer)
    case .choice(let choices): write(choices, to: &writer)
    case .flag: break
    case .text(let bytes, let characters):
      // Characters, of which a text has no more than bytes: the service counts bytes.
      writer.key("minLength")
      writer.number(min(1, bytes.lowerBound))
      writer.key("maxLength")
      writer.number(bytes.upperBound)
      if let characters {
        writer.key("pattern")
        writer.string(characters.pattern)
      }
    }
    if let value = field.defaultValue {
      writer.key("default")
      value.write(to: &writer)
    }
    if let example = field.example {
      writer.key("examples")
      writer.beginArray()
      example.write(to: &writer)
      writer.endArray()
    }
    writer.key("x-field")
    writer.string(field.kindName)
  }

  private static func type(of kind: CommandField.Kind) -> String {
    switch kind {
    case .integer: "integer"
    case .number: "number"
    case .flag: "boolean"
    case .path, .output, .choice, .text: "string"
    }
  }

  private static func writeRange(
    _ first: CommandValue, _ last: CommandValue, to writer: inout JSONWriter
  ) {
    writer.key("minimum")
    first.write(to: &writer)
    writer.key("maximum")
    last.write(to: &writer)
  }

  private static func write(_ choices: [CommandField.Choice], to writer: inout JSONWriter) {
    writer.key("oneOf")
    writer.beginArray()
    for choice in choices {
      writer.beginObject()
      writer.key("const")
      writer.string(choice.value)
      if let title = choice.title {
        writer.key("title")
        writer.string(title)
      }
      writer.endObject()
    }
    writer.endArray()
  }

  private static func writePath(
    isWritten: Bool, _ folders: [String], _ endings: [String], to writer: inout JSONWriter
  ) {
    writer.key("pattern")
    writer.string("^/")
    writer.key("maxLength")
    writer.number(CommandField.pathBytesMax)
    writer.key("x-access")
    writer.string(isWritten ? "write" : "read")
    writer.key("x-folders")
    writer.beginArray()
    for folder in folders { writer.string(folder) }
    writer.endArray()
    guard !endings.isEmpty else { return }
    writer.key("x-endings")
    writer.beginArray()
    for ending in endings { writer.string(ending) }
    writer.endArray()
  }
}
