/// The commands of all entries, by name.
package struct CommandTable: Hashable, Sendable {
  /// A command and the entry whose program it runs.
  package struct Row: Hashable, Sendable {
    /// Name of the entry, as grants have it and requests may say.
    package let entry: String
    /// The command.
    package let command: EntryCommand
  }

  /// In the order of the configuration.
  package let rows: [Row]
  /// No commands.
  package static let none = CommandTable([])

  private let indices: [String: Int]

  /// The commands of these entries, by the entries' names. Of two with one name the first counts;
  /// the configuration has no such.
  package init(_ entries: [(name: String, commands: [EntryCommand])]) {
    rows = entries.flatMap { entry in
      entry.commands.map { Row(entry: entry.name, command: $0) }
    }
    indices = Dictionary(
      rows.enumerated().map { ($1.command.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The command of that name; nil where there is none.
  package subscript(name: String) -> Row? { indices[name].map { rows[$0] } }
}
