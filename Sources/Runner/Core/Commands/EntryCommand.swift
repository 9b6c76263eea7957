/// A named command of an entry: typed fields, and the list of words that they go into.
///
/// Its arguments are held against the rules of the entry like those of any request.
package struct EntryCommand: Hashable, Sendable {
  /// Name by which requests call it, in the place of an entry.
  package let name: String
  /// What a form calls it; nil for its name.
  package let title: String?
  /// A sentence of help; nil for none.
  package let description: String?
  /// What requests may give, in the order of the form.
  package let fields: [CommandField]
  /// What becomes the arguments, in order.
  package let template: [CommandGroup]
  /// Where paths have to be: the folders of its entry.
  package var folders = CommandFolders(read: [], write: [])

  /// Commands of one entry at most.
  package static let countMax = 64
  /// Fields of one command at most.
  package static let fieldsMax = 64
  /// Groups of words of one command at most.
  package static let templateMax = 128

  /// A command.
  package init(
    name: String, title: String? = nil, description: String? = nil, fields: [CommandField],
    template: [CommandGroup]
  ) {
    self.name = name
    self.title = title
    self.description = description
    self.fields = fields
    self.template = template
  }

  /// The field of that name.
  package func field(_ name: String) -> CommandField? { fields.first { $0.name == name } }

  /// The arguments of a request.
  ///
  /// - Parameter given: values by the names of their fields.
  /// - Throws: `CommandFieldError` with the field that is wrong, missing or unknown.
  package func arguments(_ given: [String: CommandValue]) throws(CommandFieldError) -> [String] {
    if let unknown = given.keys.sorted().first(where: { field($0) == nil }) {
      throw CommandFieldError(
        unknown,
        "The command \(name) has no such field; it has "
          + fields.map(\.name).joined(separator: ", ") + ".")
    }
    var values: [String: CommandValue] = [:]
    for field in fields {
      guard let value = given[field.name] ?? field.defaultValue else {
        guard field.isOptional else {
          throw CommandFieldError(field.name, "It is missing; the command \(name) needs it.")
        }
        continue
      }
      if let problem = field.problem(with: value, in: folders) {
        throw CommandFieldError(field.name, problem)
      }
      values[field.name] = value
    }
    var arguments: [String] = []
    for words in template { arguments += try words.arguments(values) }
    return arguments
  }
}
