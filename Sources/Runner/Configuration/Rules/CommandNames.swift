internal import RunnerCore
import TextFormats

/// Names of commands over all entries: a request says one of them in the place of an entry.
enum CommandNames {
  static func check(
    _ entries: [(entry: ConfiguredEntry, start: SourcePosition?)], _ problems: inout ProblemList
  ) {
    let aliases = Set(entries.compactMap(\.entry.alias))
    var owners: [String: String] = [:]
    var hookOwners: [String: String] = [:]
    for (entry, start) in entries {
      for hook in entry.hooks {
        if let owner = hookOwners.updateValue(entry.name, forKey: hook.name) {
          problems.add(
            start, "entries.\(entry.name).hooks.\(hook.name)",
            "The entry \(owner) has a hook of this name too. Take another.")
        }
      }
      for command in entry.commands {
        let key = "entries.\(entry.name).commands.\(command.name)"
        if aliases.contains(command.name) {
          problems.add(
            start, key, "An entry has this name, and a request could mean either. Take another.")
        }
        if let owner = owners.updateValue(entry.name, forKey: command.name) {
          problems.add(
            start, key, "The entry \(owner) has a command of this name too. Take another.")
        }
      }
    }
  }
}
