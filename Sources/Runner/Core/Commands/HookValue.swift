import TextFormats

/// Where the value of a field comes from when a hook is called: a value of the configuration, or
/// one of the sender's document, changed.
package enum HookValue: Hashable, Sendable {
  case fixed(CommandValue)
  case taken(Source)

  /// A value of the sender's document, and what is made of it.
  package struct Source: Hashable, Sendable {
    /// Which part of a path is taken.
    package enum Part: String, CaseIterable, Hashable, Sendable {
      /// The text as it is.
      case all
      /// What stands behind the last slash.
      case name
      /// The name without what follows its last full stop.
      case stem
    }

    /// Where the value is.
    package let pointer: JSONPointer
    /// Which part of it is taken.
    package var part = Part.all
    /// Beginnings and what takes the place of them: the first that fits, before a part is taken.
    package var replacements: [Replacement] = []
    /// Put before it.
    package var before = ""
    /// Put behind it.
    package var behind = ""

    /// The value as it stands in the document.
    package init(pointer: JSONPointer) {
      self.pointer = pointer
    }
  }

  /// A beginning of a path as the sender sees it, and as this host does.
  package struct Replacement: Hashable, Sendable {
    let from: String
    let to: String

    /// A beginning, and what takes its place.
    package init(from: String, to: String) {
      self.from = from
      self.to = to
    }
  }

  /// The value for a field; nil where the document has none, or null.
  func value(in document: JSONNode, for field: CommandField) -> CommandValue? {
    switch self {
    case .fixed(let value): return value
    case .taken(let source):
      guard let given = source.pointer.value(in: document).flatMap({ CommandValue($0) }) else {
        return nil
      }
      guard case .text(let text) = given else {
        return source.isPlain || given.isOutOfRange
          ? given : .text(source.changed(given.argument))
      }
      return Self.typed(source.changed(text), for: field)
    }
  }

  /// A text as the type of a field asks for it: forms have nothing but texts.
  private static func typed(_ text: String, for field: CommandField) -> CommandValue {
    switch field.kind {
    case .integer, .number:
      let digits = text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2d || $0 == 0x2e }
      guard digits, let number = Double(text) else { return .text(text) }
      return CommandValue(number: number)
    case .flag:
      return text == "true" ? .flag(true) : text == "false" ? .flag(false) : .text(text)
    case .path, .output, .choice, .text: return .text(text)
    }
  }
}

extension HookValue.Source {
  fileprivate var isPlain: Bool {
    part == .all && replacements.isEmpty && before.isEmpty && behind.isEmpty
  }

  fileprivate func changed(_ text: String) -> String {
    var text = text
    if let fitting = replacements.first(where: { text.hasPrefix($0.from) }) {
      text = fitting.to + text.dropFirst(fitting.from.count)
    }
    if part != .all { text = text.split(separator: "/").last.map(String.init) ?? "" }
    if part == .stem, let dot = text.lastIndex(of: "."), dot > text.startIndex {
      text = String(text[..<dot])
    }
    return before + text + behind
  }
}
