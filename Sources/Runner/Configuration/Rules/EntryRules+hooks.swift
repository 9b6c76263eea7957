internal import RunnerCore
internal import SandboxBase

/// Hooks of the entry: whether what they call is there.
extension EntryRules {
  mutating func checkHooks() {
    for hook in settings.hooks {
      let key = "hooks.\(hook.name)"
      guard let command = settings.commands.first(where: { $0.name == hook.command }) else {
        let hint = SpellingSuggestion.nearest(
          to: hook.command, among: settings.commands.map(\.name))
        refuse(
          "\(key).command",
          "The entry has no command `\(hook.command)`."
            + (hint.map { " Did you mean \($0)?" } ?? ""))
        continue
      }
      for name in hook.fields.keys.sorted() where command.field(name) == nil {
        refuse("\(key).fields.\(name)", "The command \(command.name) has no such field.")
      }
      for field in command.fields where field.isRequired && hook.fields[field.name] == nil {
        refuse("\(key).fields", "The command \(command.name) needs \(field.name).")
      }
      for field in command.fields {
        guard case .fixed(let value)? = hook.fields[field.name],
          let problem = field.problem(
            with: value, in: CommandFolders(read: policy.readPaths, write: policy.writePaths))
        else { continue }
        refuse("\(key).fields.\(field.name)", problem)
      }
    }
  }
}
