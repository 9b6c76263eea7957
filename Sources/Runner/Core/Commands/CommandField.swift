/// One field of a command: what a request may give, and what a form shows.
package struct CommandField: Hashable, Sendable {
  /// What a field takes.
  package enum Kind: Hashable, Sendable {
    /// The path of a file in a folder of the entry, to read or to write; its name has one of the
    /// endings, or any where there is none.
    case path(isWritten: Bool, endings: [String])
    /// The path of a result (`{output:write}`).
    case output(endings: [String])
    case integer(ClosedRange<Int>)
    /// A number with at most six digits behind its point.
    case number(ClosedRange<Double>)
    case choice([Choice])
    /// True or false; words that hang on it stand or fall with it.
    case flag
    /// A text of so many bytes, of these characters; nil for any but control characters.
    case text(bytes: ClosedRange<Int>, characters: CharacterRanges?)
  }

  /// One of the values of a choice.
  package struct Choice: Hashable, Sendable {
    /// What stands in the request and in the argument.
    package let value: String
    /// What a form shows; nil for the value.
    package let title: String?

    /// A value and its title.
    package init(value: String, title: String?) {
      self.value = value
      self.title = title
    }
  }

  /// Name of the member of a request.
  package let name: String
  /// What a form calls it; nil for its name.
  package let title: String?
  /// A sentence of help; nil for none.
  package let description: String?
  /// What it takes.
  package let kind: Kind
  /// Whether it may be left away although it has no default.
  package let isOptional: Bool
  /// Its value where a request gives none.
  package let defaultValue: CommandValue?
  /// A value to show; nil for none.
  package let example: CommandValue?

  /// Integers of a field without bounds: those that every reader of JSON keeps.
  package static let integers = -999_999_999_999_999...999_999_999_999_999
  /// Numbers of a field without bounds.
  package static let numbers = -1_000_000_000.0...1_000_000_000.0
  /// Bytes of a path, as PATH_MAX of Linux bounds it.
  package static let pathBytesMax = 4095
  /// Bytes of a text at most: an argument under rules has no more.
  package static let textBytesMax = 4096

  /// Names that no field may have: members of every submission, and options of the client.
  package static let reservedNames: Set<String> = [
    "command", "args", "argsBase64", "callback", "callbackOutput", "timeout", "limits", "env",
    "stdin", "stdinBase64", "labels", "priority", "deadline", "after", "notBefore", "stallAfter",
    "hold", "wait", "fail", "files", "job", "schema", "server", "ca", "certificate", "key", "label",
    "noStdin", "retry", "idempotencyKey", "patience", "raw", "detach", "detachOnInterrupt", "quiet",
    "json", "in", "out", "force", "help",
  ]

  /// A field.
  package init(
    name: String, title: String? = nil, description: String? = nil, kind: Kind,
    isOptional: Bool = false, defaultValue: CommandValue? = nil, example: CommandValue? = nil
  ) {
    self.name = name
    self.title = title
    self.description = description
    self.kind = kind
    self.isOptional = isOptional
    self.defaultValue = kind == .flag ? defaultValue ?? .flag(false) : defaultValue
    self.example = example
  }

  /// Whether a request has to give it.
  package var isRequired: Bool { !isOptional && defaultValue == nil }

  /// The kind's name, as the configuration writes it.
  package var kindName: String {
    switch kind {
    case .path: "path"
    case .output: "output"
    case .integer: "integer"
    case .number: "number"
    case .choice: "choice"
    case .flag: "flag"
    case .text: "text"
    }
  }
}
