import Glibc
import TextFormats

/// Fields of a command of the service, as a command line gives them and the schema of
/// `GET /commands` types them.
enum CommandFields {
  /// A member of the submission.
  struct Member: Hashable {
    let name: String
    /// Its value as JSON.
    let value: [UInt8]
  }

  /// The members that a command line means; empty where it gives no field.
  ///
  /// - Throws: `ClientFailure` (usage) for a command or a field that the service does not have, and
  ///   for a value of another type.
  static func members(
    of invocation: ClientInvocation, _ client: ServiceClient
  ) throws(ClientFailure) -> [Member] {
    guard !invocation.fields.isEmpty else { return [] }
    let name = invocation.operands[0]
    guard invocation.argumentCount == nil else {
      throw invocation.usage("fields of a command and arguments behind `--` exclude each other")
    }
    guard let command = try commands(client).first(where: { $0["name"]?.text == name }) else {
      throw invocation.usage(
        "the service has no command `\(name)`, which alone has fields; http-runner commands lists "
          + "them")
    }
    return try members(
      of: invocation.fields, command, folder: workingFolder, paths: client.settings.paths)
  }

  /// The commands of the service.
  static func commands(_ client: ServiceClient) throws(ClientFailure) -> [JSONNode] {
    let document = try client.ask(.get("/commands")).document()
    guard let commands = document["commands"]?.elements else {
      throw ClientFailure(.protocolBroken, "What answered is not http-runner: no commands.")
    }
    return commands
  }

  /// The same for fields of a command whose document is known.
  ///
  /// - Parameters:
  ///   - folder: in which a path that is not absolute is; nil where there is none.
  ///   - paths: where the service has folders of this side.
  static func members(
    of fields: [(name: String, value: String?)], _ command: JSONNode, folder: String?,
    paths: PathMapper
  ) throws(ClientFailure) -> [Member] {
    var members: [Member] = []
    guard case .object(let known)? = command["schema"]?["properties"]?.content else { return [] }
    for field in fields {
      let row = known.first { $0.key != "command" && isNamed($0.key, by: field.name) }
      guard let row else {
        let names = known.map(\.key).filter { $0 != "command" }.map { "--\(optionName(of: $0))" }
        throw ClientFailure(
          .usage,
          "The command \(command["name"]?.text ?? "") has no field --\(field.name); it has "
            + names.joined(separator: ", ") + ".")
      }
      members.append(Member(name: row.key, value: try value(of: field, row.value, folder, paths)))
    }
    return members
  }

  /// `copyAudio` as options are spelt: `copy-audio`.
  static func optionName(of field: String) -> String {
    var name = ""
    for character in field {
      name += character.isUppercase ? "-\(character.lowercased())" : "\(character)"
    }
    return name
  }

  private static func isNamed(_ field: String, by option: String) -> Bool {
    field == option || optionName(of: field) == option
  }

  private static func value(
    of field: (name: String, value: String?), _ schema: JSONNode, _ folder: String?,
    _ paths: PathMapper
  ) throws(ClientFailure) -> [UInt8] {
    let type = schema["type"]?.text ?? "string"
    var writer = JSONWriter()
    switch (type, field.value) {
    case ("boolean", nil): writer.bool(true)
    case ("boolean", let text?):
      guard text == "true" || text == "false" else {
        throw ClientFailure(.usage, "--\(field.name) \(text): it is true or false.")
      }
      writer.bool(text == "true")
    case (_, nil): throw ClientFailure(.usage, "--\(field.name) needs a value.")
    case ("integer", let text?), ("number", let text?):
      guard case .number(let number)? = node(of: text)?.content, number.decimal.isFinite else {
        throw ClientFailure(.usage, "--\(field.name) \(text): it is a number.")
      }
      writer.rawValue(Array(number.text.utf8))
    case (_, let text?):
      let isPath = ["path", "output"].contains(schema["x-field"]?.text)
      writer.string(isPath ? paths.mapped(path: absolute(text, folder)) : text)
    }
    return writer.bytes
  }

  private static func node(of text: String) -> JSONNode? {
    do throws(JSONSyntaxError) {
      return try JSONReader.read(Array(text.utf8), as: .json)
    } catch {
      return nil
    }
  }

  /// A path as it is from the root on. `.` and `..` at its start are taken away, as a shell would;
  /// within it they are the service's to refuse.
  private static func absolute(_ path: String, _ folder: String?) -> String {
    guard !path.hasPrefix("/"), let folder else { return path }
    var parts = folder.split(separator: "/").map(String.init)
    var rest = path[...]
    while rest.hasPrefix("./") || rest.hasPrefix("../") {
      if rest.hasPrefix("../") { _ = parts.popLast() }
      rest = rest.dropFirst(rest.hasPrefix("../") ? 3 : 2)
    }
    return "/" + (parts + [String(rest)]).joined(separator: "/")
  }

  private static var workingFolder: String? {
    // SAFETY: getcwd(3) allocates a C string, which is freed here.
    guard let path = unsafe getcwd(nil, 0) else { return nil }
    defer { unsafe free(path) }
    return unsafe String(validatingCString: path)
  }
}
