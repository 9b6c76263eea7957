package import TextFormats

/// A call of a command by a sender that has a form of its own: which of its documents count, and
/// where the fields are in them.
package struct EntryHook: Hashable, Sendable {
  /// What a document must have to count.
  package struct Condition: Hashable, Sendable {
    /// Where.
    package let pointer: JSONPointer
    /// One of these; a text `true` or `1` is no flag or number.
    package let values: [CommandValue]

    /// A condition on a value.
    package init(pointer: JSONPointer, values: [CommandValue]) {
      self.pointer = pointer
      self.values = values
    }

    func holds(for document: JSONNode) -> Bool {
      pointer.value(in: document).flatMap { CommandValue($0) }.map(values.contains) ?? false
    }
  }

  /// Name in the path: `POST /hooks/NAME`.
  package let name: String
  /// Command of the same entry.
  package let command: String
  /// All of these must hold.
  package let conditions: [Condition]
  /// Values by the names of fields.
  package let fields: [String: HookValue]
  /// What calls without a credential are known by; nil where they are refused.
  package var proof: HookCredential?

  /// Hooks of one entry at most.
  package static let countMax = 64
  /// Conditions of one hook at most.
  package static let conditionsMax = 32

  /// A hook.
  package init(
    name: String, command: String, conditions: [Condition], fields: [String: HookValue]
  ) {
    self.name = name
    self.command = command
    self.conditions = conditions
    self.fields = fields
  }

  /// Whether a document is one that the hook is for.
  package func counts(_ document: JSONNode) -> Bool {
    conditions.allSatisfy { $0.holds(for: document) }
  }

  /// The arguments that a document makes.
  ///
  /// - Throws: `CommandFieldError` for a field that the document does not have, or has wrong.
  package func arguments(
    of document: JSONNode, by command: EntryCommand
  ) throws(CommandFieldError) -> [String] {
    var values: [String: CommandValue] = [:]
    for field in command.fields {
      values[field.name] = fields[field.name]?.value(in: document, for: field)
    }
    return try command.arguments(values)
  }
}
