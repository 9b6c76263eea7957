/// The commands of all entries, by name.
package struct CommandTable: Hashable, Sendable {
  /// A command and the entry whose program it runs.
  package struct Row: Hashable, Sendable {
    /// Name of the entry, as grants have it and requests may say.
    package let entry: String
    /// The command.
    package let command: EntryCommand
  }

  /// A hook, its entry, and the command that it calls.
  package struct HookRow: Hashable, Sendable {
    /// Name of the entry.
    package let entry: String
    /// The hook.
    package let hook: EntryHook
    /// The command.
    package let command: EntryCommand
  }

  /// Commands and hooks of one entry.
  package struct Entry: Sendable {
    let name: String
    let commands: [EntryCommand]
    let hooks: [EntryHook]

    /// Those of the entry `name`.
    package init(name: String, commands: [EntryCommand], hooks: [EntryHook] = []) {
      self.name = name
      self.commands = commands
      self.hooks = hooks
    }
  }

  /// In the order of the configuration.
  package let rows: [Row]
  /// No commands.
  package static let none = CommandTable([])

  private let indices: [String: Int]
  private let hooks: [String: HookRow]
  private let commandsOfEntries: [String: [EntryCommand]]

  /// The commands of these entries, by the entries' names. Of two with one name the first counts;
  /// the configuration has no such.
  package init(_ entries: [Entry]) {
    var hooks: [String: HookRow] = [:]
    for entry in entries {
      for hook in entry.hooks where hooks[hook.name] == nil {
        guard let command = entry.commands.first(where: { $0.name == hook.command }) else {
          continue
        }
        hooks[hook.name] = HookRow(entry: entry.name, hook: hook, command: command)
      }
    }
    self.hooks = hooks
    commandsOfEntries = Dictionary(
      entries.filter { !$0.commands.isEmpty }.map { ($0.name, $0.commands) },
      uniquingKeysWith: { first, _ in first })
    rows = entries.flatMap { entry in
      entry.commands.map { Row(entry: entry.name, command: $0) }
    }
    indices = Dictionary(
      rows.enumerated().map { ($1.command.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The command of that name; nil where there is none.
  package subscript(name: String) -> Row? { indices[name].map { rows[$0] } }

  /// The commands of the entry of that name, in the order of the configuration.
  func commands(of entry: String) -> [EntryCommand] { commandsOfEntries[entry] ?? [] }

  /// The hook of that name; nil where there is none.
  package func hook(_ name: String) -> HookRow? { hooks[name] }
}
