internal import RunnerCore

/// What JSON Schema says of the hooks of an entry.
enum HookSchema {
  /// The members of the schema.
  static var members: [(String, JSONText?)] {
    [
      ("type", .text("object")), ("maxProperties", .int(EntryHook.countMax)),
      (
        "propertyNames",
        .members([("pattern", .text("^[a-z0-9][a-z0-9._-]{0,63}$"))])
      ),
      ("additionalProperties", hook),
    ]
  }

  private static var hook: JSONText {
    let values = JSONText.members([
      ("type", .list(["string", "number", "boolean", "array"].map { .text($0) })),
      ("items", plain), ("minItems", .int(1)), ("maxItems", .int(HookReader.valuesMax)),
    ])
    return object(
      [
        ("command", text),
        ("when", names(values, EntryHook.conditionsMax)),
        ("fields", names(.members([("anyOf", .list([plain, source]))]), EntryCommand.fieldsMax)),
        ("secret", secret),
      ], needs: ["command"])
  }

  private static var secret: JSONText {
    let bounds: [(String, JSONText?)] = PrincipalQuota.Member.allCases.map {
      ($0.rawValue, .members(PrincipalReader.kind(of: $0).schema))
    }
    return object(
      [
        (
          "scheme", .members([("enum", .list(HookSecretReader.schemes.map { .text($0) }))])
        ),
        (
          "field",
          .members([("type", .text("string")), ("pattern", .text("^[Xx]-[A-Za-z0-9-]+$"))])
        ),
        (
          "file",
          .members([
            ("type", .text("string")),
            ("pattern", TextFormat.file.schemaPattern.map { .text($0) }),
          ])
        ),
      ] + bounds, needs: ["scheme", "file"])
  }

  private static var plain: JSONText {
    .members([("type", .list(["string", "number", "boolean"].map { .text($0) }))])
  }

  private static var source: JSONText {
    object(
      [
        ("from", text),
        (
          "take",
          .members([("enum", .list(HookValue.Source.Part.allCases.map { .text($0.rawValue) }))])
        ),
        ("replace", names(text, HookReader.replacementsMax)), ("before", text), ("behind", text),
      ], needs: ["from"])
  }

  private static var text: JSONText { .members([("type", .text("string"))]) }

  private static func names(_ value: JSONText, _ countMax: Int) -> JSONText {
    .members([
      ("type", .text("object")), ("maxProperties", .int(countMax)),
      ("additionalProperties", value),
    ])
  }

  private static func object(_ properties: [(String, JSONText?)], needs: [String]) -> JSONText {
    .members([
      ("type", .text("object")), ("properties", .members(properties)),
      ("required", .list(needs.map { .text($0) })), ("additionalProperties", .bool(false)),
    ])
  }
}
