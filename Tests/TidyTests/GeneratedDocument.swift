import Foundation

/// Pages that are made from the code or from a table, and compared with what lies in the tree.
enum GeneratedDocument {
  /// Set by `make docs`: the pages are written instead of compared.
  static let isWriting = ProcessInfo.processInfo.environment["DOCUMENTS"] == "write"

  /// The difference between a page and what it should be; nothing where they agree or where the
  /// page has just been written.
  ///
  /// - Throws: what Foundation says of a page that could not be written.
  static func findings(_ path: String, expected: String) throws -> [Finding] {
    if isWriting {
      try Data(expected.utf8).write(to: Repository.root.appending(path: path))
      return []
    }
    let actual = Repository.text(path) ?? ""
    guard actual != expected else { return [] }
    let pairs = zip(actual.split(separator: "\n"), expected.split(separator: "\n"))
    let difference = pairs.first { $0 != $1 }.map { "has\n  \($0)\nand should have\n  \($1)" }
    return [
      Finding(
        path: path, line: 0,
        message: "is made by `make docs` and not as that would make it: it "
          + (difference ?? "is longer or shorter"))
    ]
  }
}
