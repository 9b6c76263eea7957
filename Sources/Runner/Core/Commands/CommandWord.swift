/// One word of a command's template: literal text and fields in braces, `scale=-2:{height}`. It
/// becomes one argument, whatever its fields hold: nothing is split, and no shell sees it. `\`
/// before a character takes its meaning.
package struct CommandWord: Hashable, Sendable {
  /// A piece of the word.
  package enum Part: Hashable, Sendable {
    case literal(String)
    /// The value of the field of that name.
    case field(String)
  }

  /// What is wrong with the text of a word.
  package struct ParseError: Error, Hashable, Sendable {
    /// A sentence.
    package let error: String
  }

  /// Bytes of a word at most.
  package static let bytesMax = 1024

  /// Its pieces, in order.
  package let parts: [Part]

  /// Reads the text of a word.
  ///
  /// - Throws: `ParseError` for a brace without its partner, a NUL, and a text that is too long.
  package init(_ source: String) throws(ParseError) {
    guard source.utf8.count <= Self.bytesMax else {
      throw ParseError(error: "A word has at most \(Self.bytesMax) bytes.")
    }
    var parts: [Part] = []
    var literal = ""
    var field: String?
    var isEscaped = false
    for character in source.unicodeScalars {
      guard character.value != 0 else { throw ParseError(error: "No word can contain a NUL.") }
      if isEscaped {
        literal.unicodeScalars.append(character)
        isEscaped = false
        continue
      }
      switch (character, field) {
      case ("}", let name?):
        parts.append(.field(name))
        field = nil
      case (_, let name?): field = name + String(character)
      case ("{", nil):
        if !literal.isEmpty { parts.append(.literal(literal)) }
        literal = ""
        field = ""
      case ("}", nil):
        throw ParseError(error: "`}` closes nothing; write \\} for the character.")
      case ("\\", nil): isEscaped = true
      default: literal.unicodeScalars.append(character)
      }
    }
    guard field == nil else {
      throw ParseError(error: "`{` is never closed; write \\{ for the character.")
    }
    guard !isEscaped else {
      throw ParseError(error: "`\\` stands before nothing; write \\\\ for the character.")
    }
    if !literal.isEmpty { parts.append(.literal(literal)) }
    self.parts = parts
  }

  /// Names of its fields.
  package var fields: [String] {
    parts.compactMap { if case .field(let name) = $0 { name } else { nil } }
  }

  /// Whether an argument that begins with this byte is an option (`-`) or a list (`@`).
  package static func isReserved(_ first: UInt8) -> Bool {
    first == UInt8(ascii: "-") || first == UInt8(ascii: "@")
  }

  /// The argument that it becomes; nil where one of its fields has no value.
  func argument(_ values: [String: CommandValue]) throws(CommandFieldError) -> String? {
    var text = ""
    for part in parts {
      switch part {
      case .literal(let literal): text += literal
      case .field(let name):
        guard let value = values[name] else { return nil }
        // Bytes, as the program sees them: with a combining mark behind it, `-` is another
        // character.
        if text.isEmpty, case .text(let given) = value, let first = given.utf8.first,
          Self.isReserved(first)
        {
          throw CommandFieldError(
            name,
            "It may not begin with `\(Unicode.Scalar(first))`, as an option or a list does.")
        }
        text += value.argument
      }
    }
    return text
  }
}
