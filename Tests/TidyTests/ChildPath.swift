/// Calls between clone and exec: those of CLaunch itself, and none of a library.
///
/// `BannedCalls` names what is known to take a lock; this names what is known not to.
enum ChildPath {
  private static let words: Set<String> = [
    "_Alignas", "_Static_assert", "__asm__", "defined", "for", "if", "return", "sizeof", "switch",
    "void", "volatile", "while",
  ]
  /// Functions of CLaunch that other files of it define, by the beginnings of their names.
  private static let beginnings = ["child_", "launch_", "sandbox_", "require", "__builtin_"]
  private static let functions: Set<String> = ["fail", "launch"]

  /// Calls of functions that neither the file itself nor the rest of CLaunch defines.
  static func findings(in file: SourceFile) -> [Finding] {
    guard file.isC, file.isBelow("Sources/CLaunch") else { return [] }
    let own = outermostNames(in: file.tokens)
    return calls(in: file.tokens).filter { name, _ in
      !own.contains(name) && !words.contains(name) && !functions.contains(name)
        && !beginnings.contains { name.hasPrefix($0) } && name != name.uppercased()
    }.map { name, line in
      Finding(
        path: file.path, line: line,
        message: "`\(name)` is called between clone and exec, and is no function of CLaunch: a"
          + " library may take a lock that another thread of the parent held. Make a raw system"
          + " call by child_syscall, or do it before the clone.")
    }
  }

  private static func calls(in tokens: [Token]) -> [(name: String, line: Int)] {
    zip(tokens, tokens.dropFirst()).compactMap { token, next in
      guard next.text == "(", let first = token.text.first, first.isLetter || first == "_" else {
        return nil
      }
      return (token.text, token.line)
    }
  }

  /// Names before a parenthesis outside of every body: functions that are defined here.
  private static func outermostNames(in tokens: [Token]) -> Set<String> {
    var depth = 0
    var names: Set<String> = []
    for (token, next) in zip(tokens, tokens.dropFirst()) {
      switch token.text {
      case "{", "(": depth += 1
      case "}", ")": depth -= 1
      default: if depth == 0, next.text == "(" { names.insert(token.text) }
      }
    }
    return names
  }
}
