/// Walks over tokens of Swift and lists what is declared outside of function bodies.
struct DeclarationScanner {
  private let tokens: [Token]
  private var index = 0
  private var owners: [SwiftOwner] = []
  private var found: [SwiftDeclaration] = []

  private static let accessWords: Set<String> = [
    "public", "package", "internal", "fileprivate", "private",
  ]
  private static let modifiers: Set<String> = [
    "static", "final", "mutating", "nonmutating", "consuming", "borrowing", "nonisolated",
    "isolated", "override", "indirect", "unsafe", "weak", "unowned", "lazy", "required",
    "convenience", "prefix", "postfix", "infix", "dynamic", "optional", "open",
  ]
  private static let keywords: Set<String> = [
    "struct", "class", "enum", "actor", "protocol", "extension", "func", "init", "deinit",
    "subscript", "var", "let", "case", "typealias", "associatedtype", "import",
  ]

  init(_ tokens: [Token]) { self.tokens = tokens }

  mutating func scan() -> [SwiftDeclaration] {
    while index < tokens.count {
      switch tokens[index].text {
      case "}":
        if !owners.isEmpty { owners.removeLast() }
        index += 1
      case "#":
        skipLine()
      default:
        let start = index
        if !declaration() { index = start + 1 }
      }
    }
    return found
  }

  private func text(_ offset: Int = 0) -> String {
    index + offset < tokens.count ? tokens[index + offset].text : ""
  }

  private mutating func skipLine() {
    let line = tokens[index].line
    while index < tokens.count, tokens[index].line == line { index += 1 }
  }

  /// Reads one declaration; false where none begins here.
  private mutating func declaration() -> Bool {
    let start = index
    var access = ""
    while index < tokens.count {
      if text() == "@" {
        index += 2
        if text() == "(", index < tokens.count, tokens[index].isJoined { skipBrackets() }
      } else if Self.accessWords.contains(text()) || Self.modifiers.contains(text()) {
        let word = text()
        index += 1
        if text() == "(" {
          skipBrackets()
        } else if Self.accessWords.contains(word) {
          access = word
        }
      } else if text() == "class", ["func", "var", "let", "subscript"].contains(text(1)) {
        index += 1
      } else {
        break
      }
    }
    guard Self.keywords.contains(text()) else { return false }
    let keyword = text()
    index += 1
    switch keyword {
    case "import": skipLine()
    case "extension": type(keyword, access, from: start)
    case _ where SwiftDeclaration.typeKeywords.contains(keyword): type(keyword, access, from: start)
    case "func", "init", "deinit", "subscript": function(keyword, access, from: start)
    default: values(keyword, access, from: start)
    }
    return true
  }

  private mutating func type(_ keyword: String, _ access: String, from start: Int) {
    var name = text()
    index += 1
    while keyword == "extension", text() == "." {
      name = text(1)
      index += 2
    }
    var inherited: [String] = []
    while index < tokens.count, text() != "{" {
      inherited.append(text())
      index += 1
    }
    record(
      keyword, name, access, start: start, last: end(of: index), inherited: inherited)
    owners.append(SwiftOwner(keyword: keyword, name: name, access: access))
    index += 1
  }

  private mutating func function(_ keyword: String, _ access: String, from start: Int) {
    let name = keyword == "func" ? functionName() : keyword
    if keyword != "deinit" {
      while index < tokens.count, text() != "(" { index += 1 }
      skipBrackets()
    }
    var isThrowing = false
    while index < tokens.count, text() != "{", !beginsAnother() {
      if text() == "throws" { isThrowing = true }
      if text() == "(" || text() == "[" { skipBrackets() } else { index += 1 }
    }
    var last = tokens[index - 1].line
    if text() == "{" {
      last = end(of: index)
      skipBrackets()
    }
    record(keyword, name, access, start: start, last: last, isThrowing: isThrowing)
  }

  /// A word, or all marks of an operator.
  private mutating func functionName() -> String {
    var name = text()
    index += 1
    guard let first = name.first, !first.isLetter, first != "_", first != "`" else { return name }
    while index < tokens.count, text() != "(", tokens[index].isJoined {
      name += text()
      index += 1
    }
    return name
  }

  /// Properties, cases and aliases: up to the line on which another declaration begins.
  private mutating func values(_ keyword: String, _ access: String, from start: Int) {
    var names = [text()]
    var isThrowing = false
    var isValue = false
    while index < tokens.count, !beginsAnother() {
      if text() == "=" { isValue = keyword != "case" }
      if text() == ",", !isValue, keyword != "typealias" { names.append(text(1)) }
      if ["(", "[", "{"].contains(text()) {
        let open = index
        skipBrackets()
        isThrowing = isThrowing || hasThrowingGetter(open..<index)
      } else {
        index += 1
      }
    }
    let last = tokens[index - 1].line
    for name in names {
      record(keyword, name, access, start: start, last: last, isThrowing: isThrowing)
    }
  }

  private func hasThrowingGetter(_ range: Range<Int>) -> Bool {
    range.dropLast(2).contains { at in
      tokens[at].text == "get"
        && tokens[at + 1..<min(at + 3, range.upperBound)].contains { $0.text == "throws" }
    }
  }

  /// Whether the token here is the first of a line and begins a declaration or ends the scope.
  private func beginsAnother() -> Bool {
    let token = tokens[index]
    if token.text == "}" { return true }
    guard index > 0, tokens[index - 1].line < token.line else { return false }
    // The attribute of a type that stands on a line of its own, as `@convention(c)` does.
    if token.text == "@", tokens[index - 1].text == ":" { return false }
    return token.text == "@" || token.text == "#" || Self.accessWords.contains(token.text)
      || Self.modifiers.contains(token.text) || Self.keywords.contains(token.text)
  }

  private mutating func skipBrackets() {
    var depth = 0
    while index < tokens.count {
      if ["(", "[", "{"].contains(text()) { depth += 1 }
      if [")", "]", "}"].contains(text()) { depth -= 1 }
      index += 1
      if depth == 0 { return }
    }
  }

  /// The line of the brace that closes the one at `open`.
  private func end(of open: Int) -> Int {
    var copy = self
    copy.index = open
    copy.skipBrackets()
    return tokens[max(copy.index - 1, 0)].line
  }

  private mutating func record(
    _ keyword: String, _ name: String, _ access: String, start: Int, last: Int,
    isThrowing: Bool = false, inherited: [String] = []
  ) {
    found.append(
      SwiftDeclaration(
        keyword: keyword, name: name, access: access, owners: owners,
        firstLine: tokens[start].line, lastLine: last, isThrowing: isThrowing,
        inherited: inherited))
  }
}
