import RunnerCore
import TextFormats

/// A submission that names a command: its fields stand beside the members that every submission may
/// have.
struct CommandCall {
  private let row: CommandTable.Row
  private let values: [String: CommandValue]

  /// Name of the entry that it is a job of.
  var entry: String { row.entry }

  /// Takes the members that are fields of the command out of a submission.
  ///
  /// - Parameters:
  ///   - body: the text of the members: they do not keep a number with a point.
  ///   - mayRun: whether the caller may run the entry of that name; the commands of others are not
  ///     there.
  /// - Returns: nil where the submission names no command.
  /// - Throws: `Submission.ParseError` for a field without a value, and for an unknown member.
  static func take(
    from members: inout [JSONValue.Member], of body: [UInt8], _ commands: CommandTable,
    mayRun: (String) -> Bool
  ) throws(Submission.ParseError) -> CommandCall? {
    guard let name = members.first(where: { $0.name == "command" }),
      case .string(let text) = name.value, let row = commands[text], mayRun(row.entry)
    else { return nil }
    var values: [String: CommandValue] = [:]
    for member in nodes(of: body) where row.command.field(member.key) != nil {
      // As elsewhere, null is as if it were not there.
      if case .null = member.value.content { continue }
      guard let value = CommandValue(member.value) else {
        throw Submission.ParseError(
          error: "It must be one value, not a list or an object.", field: member.key)
      }
      values[member.key] = value
    }
    members.removeAll { row.command.field($0.name) != nil }
    let known = Submission.memberNames
    if let unknown = members.first(where: { !known.contains($0.name) }) {
      throw Submission.ParseError(
        error: "The command \(text) has no such field; it has "
          + row.command.fields.map(\.name).joined(separator: ", ") + ".",
        field: Submission.shortened(unknown.name))
    }
    return CommandCall(row: row, values: values)
  }

  private static func nodes(of body: [UInt8]) -> [JSONNode.Member] {
    // It was read before, and is JSON.
    do throws(JSONSyntaxError) {
      guard case .object(let members) = try JSONReader.read(body, as: .json).content else {
        return []
      }
      return members
    } catch {
      return []
    }
  }

  /// The arguments that the fields make.
  ///
  /// - Parameter hasOwn: whether the submission has arguments of its own, which it may not.
  func arguments(besideOwn hasOwn: Bool) throws(Submission.ParseError) -> [String] {
    guard !hasOwn else {
      throw Submission.ParseError(
        error: "The command \(row.command.name) makes the arguments of its fields. Name the entry "
          + "\(row.entry) to give some.", field: "args")
    }
    do throws(CommandFieldError) {
      return try row.command.arguments(values)
    } catch {
      throw Submission.ParseError(error: error.why, field: error.field)
    }
  }
}
