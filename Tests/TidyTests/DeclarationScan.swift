/// Finds where functions and types begin and end, by words and braces.
enum DeclarationScan {
  /// What has a body: a function, an accessor, an initializer or a type.
  struct Declaration: Equatable {
    let name: String
    let firstLine: Int
    let lastLine: Int
    var lineCount: Int { lastLine - firstLine + 1 }
  }

  /// After one of these a declaration without a body has ended, as in a protocol.
  private static let nextDeclaration: Set<String> = [
    "func", "var", "let", "init", "deinit", "subscript", "static", "mutating", "case", "package",
    "private", "public", "internal", "struct", "enum", "class", "actor", "extension", "typealias",
    "associatedtype", "}",
  ]

  static func swift(_ tokens: [Token]) -> [Declaration] {
    tokens.indices.compactMap { index in
      let token = tokens[index]
      let previous = index > 0 ? tokens[index - 1].text : ""
      switch token.text {
      case "func", "subscript":
        break
      case "init", "deinit":
        // Not `self.init(…)`, nor a parameter of that name.
        guard previous != ".", previous != "`" else { return nil }
      case "var":
        return property(at: index, in: tokens)
      default:
        return nil
      }
      guard let open = body(after: index, in: tokens) else { return nil }
      return function(at: index, open: open, in: tokens)
    }
  }

  /// Functions at the outermost level of C: a brace that follows a closing parenthesis.
  static func c(_ tokens: [Token]) -> [Declaration] {
    var functions: [Declaration] = []
    var start = 0
    var index = 0
    while index < tokens.count {
      switch tokens[index].text {
      case "#":
        let line = tokens[index].line
        while index + 1 < tokens.count, tokens[index + 1].line == line { index += 1 }
        start = index + 1
      case ";", "}":
        start = index + 1
      case "{" where index > start && tokens[start].text == "extern":
        start = index + 1
      case "{":
        let close = matching(index, in: tokens)
        if index > 0, tokens[index - 1].text == ")" {
          let call = tokens[start..<index].firstIndex { $0.text == "(" } ?? index
          functions.append(
            Declaration(
              name: tokens[max(call - 1, 0)].text, firstLine: tokens[start].line,
              lastLine: tokens[close].line))
          start = close + 1
        }
        index = close
      default:
        break
      }
      index += 1
    }
    return functions
  }

  /// The type that the word at `index` declares.
  static func type(at index: Int, in tokens: [Token]) -> Declaration {
    let open = tokens[index...].firstIndex { $0.text == "{" } ?? index
    return Declaration(
      name: tokens[index + 1].text, firstLine: tokens[index].line,
      lastLine: tokens[matching(open, in: tokens)].line)
  }

  private static func property(at index: Int, in tokens: [Token]) -> Declaration? {
    var here = index + 1
    while here < tokens.count, tokens[here].line == tokens[index].line {
      switch tokens[here].text {
      case "=": return nil
      case "{": return function(at: index, open: here, in: tokens)
      default: here += 1
      }
    }
    return nil
  }

  private static func body(after index: Int, in tokens: [Token]) -> Int? {
    var here = index + 1
    if tokens[index].text != "deinit" {
      while here < tokens.count, tokens[here].text != "(" {
        if tokens[here].text == "{" || tokens[here].text == "}" { return nil }
        here += 1
      }
      guard here < tokens.count else { return nil }
      here = matching(here, in: tokens) + 1
    }
    while here < tokens.count, tokens[here].text != "{" {
      if nextDeclaration.contains(tokens[here].text) { return nil }
      here += 1
    }
    return here < tokens.count ? here : nil
  }

  private static func function(at index: Int, open: Int, in tokens: [Token]) -> Declaration {
    let takesName = tokens[index].text == "func" || tokens[index].text == "var"
    let name = takesName && index + 1 < tokens.count ? tokens[index + 1].text : tokens[index].text
    return Declaration(
      name: name == "`" ? "the function" : name, firstLine: tokens[index].line,
      lastLine: tokens[matching(open, in: tokens)].line)
  }

  /// The index of what closes the bracket at `open`; the last token if nothing does.
  private static func matching(_ open: Int, in tokens: [Token]) -> Int {
    let closes = ["{": "}", "(": ")"]
    let (opening, closing) = (tokens[open].text, closes[tokens[open].text] ?? "")
    var depth = 0
    for index in open..<tokens.count {
      if tokens[index].text == opening { depth += 1 }
      if tokens[index].text == closing { depth -= 1 }
      if depth == 0 { return index }
    }
    return tokens.count - 1
  }
}
