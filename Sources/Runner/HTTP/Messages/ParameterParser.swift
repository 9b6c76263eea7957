/// Reads a value with parameters: `Content-Type` (RFC 9110, section 8.3) and `Content-Disposition`
/// of a part (RFC 7578, section 4.2), whose quoted strings senders write in two ways.
struct ParameterParser {
  /// `name=value`.
  struct Parameter: Hashable {
    /// In lower case.
    let name: String
    let value: String
  }

  private var rest: Substring.UnicodeScalarView

  init(_ text: String) {
    rest = text[...].unicodeScalars
  }

  /// Whether all was read, white space at the end apart.
  var isAtEnd: Bool { rest.allSatisfy { $0 == " " || $0 == "\t" } }

  /// The value in front of all parameters; nil for none.
  mutating func word() -> String? {
    skipSpaces()
    let word = rest.prefix { $0 != ";" && $0 != "," && $0 != " " && $0 != "\t" && $0 != "\"" }
    rest = rest[word.endIndex...]
    return word.isEmpty ? nil : String(word)
  }

  /// The next parameter; nil where there is none, which `isAtEnd` tells from one that is malformed.
  mutating func parameter() -> Parameter? {
    let start = rest
    skipSpaces()
    guard rest.first == ";" else { return nil }
    rest.removeFirst()
    skipSpaces()
    let name = rest.prefix { Self.isTokenScalar($0) }
    rest = rest[name.endIndex...]
    guard !name.isEmpty, rest.first == "=" else { return restore(start) }
    rest.removeFirst()
    guard let value = rest.first == "\"" ? quoted() : token() else { return restore(start) }
    return Parameter(name: String(name).lowercased(), value: value)
  }

  private mutating func restore(_ start: Substring.UnicodeScalarView) -> Parameter? {
    rest = start
    return nil
  }

  private mutating func token() -> String? {
    let token = rest.prefix { Self.isTokenScalar($0) }
    rest = rest[token.endIndex...]
    return token.isEmpty ? nil : String(token)
  }

  /// A quoted string. A backslash quotes a double quote alone, as senders of forms write it: others
  /// send names with backslashes as they are (RFC 7578, section 4.2; the HTML standard).
  private mutating func quoted() -> String? {
    rest.removeFirst()
    var text = String.UnicodeScalarView()
    while let scalar = rest.popFirst() {
      if scalar == "\"" { return String(text) }
      if scalar == "\\", rest.first == "\"" {
        rest.removeFirst()
        text.append("\"")
      } else {
        text.append(scalar)
      }
    }
    return nil
  }

  private mutating func skipSpaces() {
    rest = rest.drop { $0 == " " || $0 == "\t" }
  }

  /// What a token may have (RFC 9110, section 5.6.2), and `/`, `:` and the like that senders leave
  /// unquoted.
  private static func isTokenScalar(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value > 0x20 && scalar.value < 0x7f && !";\"=,".unicodeScalars.contains(scalar)
  }
}
