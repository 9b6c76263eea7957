/// A declaration outside of function bodies, as far as words and brackets show it.
struct SwiftDeclaration: Equatable {
  /// The word that begins it: `struct`, `func`, `var`, `case` and so on.
  let keyword: String
  let name: String
  /// `public`, `package`, `internal`, `fileprivate` or `private`; empty where none stands.
  let access: String
  /// The types and extensions that it stands in, outermost first.
  let owners: [SwiftOwner]
  /// Of its attributes and modifiers, counted from 1.
  let firstLine: Int
  let lastLine: Int
  /// False for `rethrows`.
  let isThrowing: Bool
  /// The words of the inheritance clause; empty for what is no type.
  let inherited: [String]

  static let typeKeywords: Set<String> = ["struct", "class", "enum", "actor", "protocol"]

  var isType: Bool { Self.typeKeywords.contains(keyword) }
  var isRequirement: Bool { owners.last?.keyword == "protocol" }

  /// Whether other targets see it: by its own words, or as a requirement of such a protocol.
  var isShared: Bool {
    let words = isRequirement ? owners.last?.access ?? "" : access
    return words == "package" || words == "public"
  }

  /// The declarations of a file of Swift, in order.
  static func list(_ tokens: [Token]) -> [SwiftDeclaration] {
    var scanner = DeclarationScanner(tokens)
    return scanner.scan()
  }
}

/// A type or an extension that declarations stand in.
struct SwiftOwner: Equatable {
  let keyword: String
  let name: String
  let access: String
}
