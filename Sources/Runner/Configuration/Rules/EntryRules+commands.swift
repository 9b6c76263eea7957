internal import RunnerCore
internal import SandboxBase

/// Commands of the entry: whether their defaults and examples do, and whether the entry's own rules
/// admit what they make.
extension EntryRules {
  /// The commands, with the folders of the entry.
  var effectiveCommands: [EntryCommand] {
    settings.commands.map { command in
      var command = command
      command.folders = CommandFolders(read: policy.readPaths, write: policy.writePaths)
      return command
    }
  }

  mutating func checkCommands() {
    if settings.takesRowsOfCommands { checkRows() }
    for command in effectiveCommands {
      let key = "commands.\(command.name)"
      for field in command.fields {
        for (name, value) in [("default", field.defaultValue), ("example", field.example)] {
          guard let value, let problem = field.problem(with: value, in: command.folders) else {
            continue
          }
          refuse("\(key).fields.\(field.name).\(name)", problem)
        }
        if let folder = missingFolder(of: field) {
          refuse(
            "\(key).fields.\(field.name)", "The entry has no folder of \(folder). Name one there.")
        }
      }
      checkArguments(of: command, key)
    }
  }

  /// No row at all would allow everything.
  private mutating func checkRows() {
    let count = settings.allowedPatterns.count
    if count == 0 {
      refuse(
        "arguments.fromCommands",
        "No command of the entry makes an argument. Name one that does, or take this away.")
    }
    if count > ArgumentRules.rowsMax {
      refuse(
        "arguments.fromCommands",
        "With those of the commands there are \(count) rows; at most \(ArgumentRules.rowsMax) fit.")
    }
    for command in settings.commands {
      for field in command.fields where !CommandRules.canHold(field) {
        refuse(
          "commands.\(command.name).fields.\(field.name).characters",
          "The row that arguments.fromCommands makes cannot hold them: it can where they are of "
            + "A-Za-z0-9_ and minBytes is not 0. Write the rows yourself, in arguments.allow.")
      }
      do throws(ArgumentPattern.ParseError) {
        _ = try CommandRules.rows(of: command)
      } catch {
        refuse(
          "commands.\(command.name).arguments",
          "No row of arguments.allow can be made of it: \(error.why).")
      }
    }
  }

  private func missingFolder(of field: CommandField) -> String? {
    switch field.kind {
    case .path(true, _), .output: policy.writePaths.isEmpty ? "`write`" : nil
    case .path(false, _):
      policy.readPaths.isEmpty && policy.writePaths.isEmpty ? "`read` or `write`" : nil
    default: nil
    }
  }

  private mutating func checkArguments(of command: EntryCommand, _ key: String) {
    let rules = settings.argumentRules
    let folders = policy.argumentFolders
    for request in CommandSample(command: command).requests {
      let arguments: [String]
      do throws(CommandFieldError) {
        arguments = try command.arguments(request)
      } catch {
        // Defaults and examples that do not do have been told already.
        continue
      }
      guard let list = ArgumentList(arguments) else {
        return refuse("\(key).arguments", "They are more than a program takes.")
      }
      do throws(ArgumentRefusal) {
        try rules.check(list, in: folders)
      } catch {
        return refuse(
          "\(key).arguments",
          "The rules of the entry refuse what it makes, \(Self.shown(arguments)): \(error). Add a "
            + "row to arguments.allow, or say arguments.fromCommands.")
      }
      let results = Set(rules.outputs(of: list, in: folders).map(\.path))
      for field in command.fields {
        guard case .output = field.kind, let value = request[field.name],
          case .text(let path) = value, !results.contains(path)
        else { continue }
        return refuse(
          "\(key).fields.\(field.name)",
          "It is a result, and no row of arguments.allow has {output:write} for it. Write one, or "
            + "say arguments.fromCommands.")
      }
    }
  }

  private static func shown(_ arguments: [String]) -> String {
    let text = arguments.joined(separator: " ")
    return text.count > 200 ? "`\(text.prefix(200))…`" : "`\(text)`"
  }
}
