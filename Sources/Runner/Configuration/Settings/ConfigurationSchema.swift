/// The JSON Schema (2020-12) of a configuration file, made from `SettingTable`: what
/// `http-runner schema` prints and docs/configuration.schema.json holds.
///
/// It says less than the reader knows: what contradicts what, and what a path may not be, only the
/// program tells.
package enum ConfigurationSchema {
  /// The schema as JSON, with a line feed at its end.
  package static var text: String { document.document }

  private static var document: JSONText {
    .members([
      ("$schema", .text("https://json-schema.org/draft/2020-12/schema")),
      ("title", .text("http-runner configuration")),
      (
        "description",
        .text(
          "JSON5. Sizes are bytes, or strings with K, M or G; times are "
            + "seconds, or strings with s, m, h or d.")
      ),
      ("type", .text("object")),
      (
        "properties",
        .members([
          ("$schema", .members([("type", .text("string"))])),
          ("service", section(SettingTable.service, "The service as a whole")),
          (
            "defaults",
            .members([
              ("$ref", .text("#/$defs/entry")),
              ("description", .text("What holds for entries that do not say otherwise")),
            ])
          ),
          ("entries", entries),
        ])
      ),
      ("additionalProperties", .bool(false)),
      ("$defs", .members([("entry", section(SettingTable.entry, "How an entry is confined"))])),
    ])
  }

  private static var entries: JSONText {
    .members([
      ("description", .text("What may run, by alias")),
      ("type", .text("object")),
      ("propertyNames", .members([("pattern", .text("^[a-z0-9][a-z0-9._-]{0,63}$"))])),
      (
        "additionalProperties",
        with(section([SettingTable.path] + SettingTable.entry, "One entry"), required: "path")
      ),
    ])
  }

  private static func with(_ schema: JSONText, required: String) -> JSONText {
    guard case .object(let members) = schema else { return schema }
    return .object(
      members + [JSONText.Member(key: "required", value: .list([.text(required)]))])
  }

  private static func section(_ settings: [Setting], _ description: String) -> JSONText {
    .members([
      ("description", .text(description)),
      ("type", .text("object")),
      ("properties", properties(settings, prefix: "")),
      ("additionalProperties", .bool(false)),
    ])
  }

  /// One level of keys, with an object for each that goes on behind a full stop.
  private static func properties(_ settings: [Setting], prefix: String) -> JSONText {
    var done: Set<String> = []
    var members: [(String, JSONText?)] = []
    for setting in settings where setting.key.hasPrefix(prefix) {
      let rest = setting.key.dropFirst(prefix.count)
      let part = String(rest.prefix { $0 != "." })
      guard done.insert(part).inserted else { continue }
      if part == rest {
        members.append((part, property(setting)))
      } else {
        members.append(
          (
            part,
            .members([
              ("type", .text("object")),
              ("properties", properties(settings, prefix: "\(prefix)\(part).")),
              ("additionalProperties", .bool(false)),
            ])
          ))
      }
    }
    return .members(members)
  }

  private static func property(_ setting: Setting) -> JSONText {
    let example = node(setting.example).map { JSONText.list([$0]) }
    let ends: [(String, JSONText?)] = [
      ("default", setting.defaultValue.flatMap(node)), ("examples", example),
    ]
    return .members(
      [("description", .text(setting.help))] + setting.kind.schema + ends)
  }

  /// JSON5 of the table as JSON.
  private static func node(_ json5: String) -> JSONText? {
    do throws(JSON5SyntaxError) {
      return JSONText(try JSON5Parser.parse(Array(json5.utf8)).root)
    } catch {
      preconditionFailure("the table has `\(json5)`: \(error.why)")
    }
  }
}
