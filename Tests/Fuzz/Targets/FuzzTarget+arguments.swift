@testable import SandboxBase

/// Argument patterns, and arguments held against them.
extension FuzzTarget {
  static let arguments = [pattern]

  private static let folder = "Sources/Sandbox/Base/Arguments/"

  /// The first line is a pattern, the others are arguments.
  private static let pattern = FuzzTarget(
    "argument-pattern",
    of: [
      "\(folder)ArgumentPatternParser.swift", "\(folder)ArgumentPattern+matching.swift",
      "\(folder)ArgumentPath.swift", "\(folder)ArgumentFolders.swift",
      "\(folder)ArgumentURL.swift", "\(folder)CompiledArgumentRules.swift",
    ],
    texts: [
      "{path:write:.mp4|%.png}\n/srv/a.mp4\n/srv/out%03d.png", "a\\*b\na*b", "{int:-5-100}\n-5",
      "*{number}?{word}\n1.5é_a", "{url:https|ftp}\nhttps://a.example:80/b", "-{one:a|b\\|}\n-b|",
      "{text}\n é", "{path:read}\n../a\n/srv/./a",
    ]
  ) { text in
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard let pattern = try? ArgumentPattern(lines[0]) else { return }
    let folders = ArgumentFolders(readPaths: ["/srv"], writePaths: ["/work"])
    if let literal = pattern.literal {
      hold(pattern.matches(literal, in: folders), "a literal matches its text")
    }
    let arguments = lines.dropFirst().prefix(16)
    guard let list = ArgumentList(Array(arguments)) else { return }
    hold(list.slices.count == list.count, "no argument is lost")
    hold(ArgumentList(block: list.block, count: list.count) == list, "a block is read as written")
    for argument in arguments where pattern.matches(argument, in: folders) {
      guard case .path = pattern.elements.last, pattern.elements.count == 1 else { continue }
      hold(!argument.split(separator: "/").contains(".."), "no path climbs")
      hold(!argument.hasPrefix("-") && !argument.hasPrefix("@"), "no path is an option")
    }
    var rules = ArgumentRules()
    rules.allow = [[lines[0]], [lines[0], "b"]]
    guard let compiled = try? CompiledArgumentRules(rules) else {
      fatalError("a pattern is one among rules too")
    }
    let isAllowed = (try? compiled.check(list, in: folders)) != nil
    if arguments.allSatisfy({ pattern.matches($0, in: folders) }) {
      hold(isAllowed || list.slices.contains { $0.count > 4096 }, "each matches, so all may stand")
    }
    rules.allow = []
    rules.deny = [lines[0]]
    guard let denying = try? CompiledArgumentRules(rules) else { return }
    let isDenied = (try? denying.check(list, in: folders)) == nil
    hold(
      isDenied == arguments.contains { pattern.matches($0, in: folders) }, "what matches is denied")
  }
}
