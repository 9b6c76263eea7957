internal import RunnerCore

/// What JSON Schema says of the commands of an entry.
enum CommandSchema {
  /// The members of the schema.
  static var members: [(String, JSONText?)] {
    [
      ("type", .text("object")), ("maxProperties", .int(EntryCommand.countMax)),
      (
        "propertyNames",
        .members([("pattern", .text("^[a-z0-9][a-z0-9._-]{0,63}$"))])
      ),
      ("additionalProperties", command),
    ]
  }

  private static var command: JSONText {
    object(
      [
        ("title", text), ("description", text),
        (
          "fields",
          .members([
            ("type", .text("object")), ("maxProperties", .int(EntryCommand.fieldsMax)),
            ("propertyNames", .members([("pattern", .text("^[a-z][A-Za-z0-9]{0,31}$"))])),
            ("additionalProperties", field),
          ])
        ),
        (
          "arguments",
          .members([
            ("type", .text("array")),
            ("items", .members([("anyOf", .list([text, words, conditional]))])),
            ("maxItems", .int(EntryCommand.templateMax)),
          ])
        ),
      ], needs: ["arguments"])
  }

  private static var field: JSONText {
    let any = JSONText.members([("type", .list(["string", "number", "boolean"].map { .text($0) }))])
    let number = JSONText.members([("type", .text("number"))])
    let integer = JSONText.members([("type", .text("integer"))])
    return object(
      [
        ("type", .members([("enum", .list(CommandFieldReader.types.map { .text($0) }))])),
        ("title", text), ("description", text),
        ("optional", .members([("type", .text("boolean"))])), ("default", any), ("example", any),
        ("access", .members([("enum", .list([.text("read"), .text("write")]))])),
        ("endings", list(of: text, CommandFieldReader.endingsMax)), ("min", number),
        ("max", number),
        (
          "values",
          .members([
            (
              "anyOf",
              .list([
                list(of: text, CommandFieldReader.choicesMax),
                .members([("type", .text("object")), ("additionalProperties", text)]),
              ])
            )
          ])
        ),
        ("characters", text), ("minBytes", integer), ("maxBytes", integer),
      ], needs: ["type"])
  }

  private static var text: JSONText { .members([("type", .text("string"))]) }

  private static var words: JSONText { list(of: text, CommandGroup.countMax) }

  private static var conditional: JSONText {
    object([("when", text), ("is", text), ("words", words)], needs: ["when", "words"])
  }

  private static func list(of items: JSONText, _ countMax: Int) -> JSONText {
    .members([
      ("type", .text("array")), ("items", items), ("minItems", .int(1)),
      ("maxItems", .int(countMax)),
    ])
  }

  private static func object(_ properties: [(String, JSONText?)], needs: [String]) -> JSONText {
    .members([
      ("type", .text("object")), ("properties", .members(properties)),
      ("required", .list(needs.map { .text($0) })), ("additionalProperties", .bool(false)),
    ])
  }
}
