/// Words of a command's template that stand or are left away together.
package struct CommandGroup: Hashable, Sendable {
  /// On which field they hang.
  package struct Condition: Hashable, Sendable {
    /// Its name.
    package let field: String
    /// What it has to be; nil for a flag that is true, and for any value of another field.
    package let value: String?

    /// A condition on a field.
    package init(field: String, value: String?) {
      self.field = field
      self.value = value
    }

    func holds(for values: [String: CommandValue]) -> Bool {
      switch (values[field], value) {
      case (nil, _), (.flag(false)?, nil): false
      case (_?, nil): true
      case (let given?, let wanted?): given.argument == wanted
      }
    }
  }

  /// Words of one group at most.
  package static let countMax = 16

  /// The words, each of which becomes one argument.
  package let words: [CommandWord]
  /// nil where they stand by themselves, unless one of their fields has no value.
  package let condition: Condition?

  /// Words that stand together.
  package init(_ words: [CommandWord], condition: Condition? = nil) {
    self.words = words
    self.condition = condition
  }

  /// The arguments; empty where they are left away.
  func arguments(_ values: [String: CommandValue]) throws(CommandFieldError) -> [String] {
    guard condition?.holds(for: values) ?? true else { return [] }
    var arguments: [String] = []
    for word in words {
      guard let argument = try word.argument(values) else { return [] }
      arguments.append(argument)
    }
    return arguments
  }
}
