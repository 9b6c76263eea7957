import Glibc
import TestSupport

/// A folder of results, an entry `make` whose scripts write to it (`$0` is the path that they get),
/// and a secret beside it.
struct ResultFolder {
  let folder: RootFolder
  /// The folder of `write`.
  let path: String

  /// - Parameter mode: of the folder, which belongs to the account `games`.
  init(mode: UInt32 = 0o755) throws {
    folder = try RootFolder()
    path = folder("out")
    try Files.makeFolder(path)
    try Files.setOwner(5, 60, of: path)
    try Files.setMode(mode, of: path)
    try Files.makeFolder(folder("secret"))
    try Files.write("secret", to: folder("secret/file"), mode: 0o600)
  }

  func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

  /// An entry for scripts.
  ///
  /// - Parameters:
  ///   - keys: what it has besides.
  ///   - kind: `output`, or `path` for the same program without results.
  ///   - others: further entries.
  func config(
    _ keys: String = "", user: String? = "games", kind: String = "output", others: String = ""
  ) -> String {
    let one = "'-c', '{text}', '{\(kind):write}'"
    return """
      {entries: {make: {
        path: '/bin/sh', write: ['\(path)'], \(user.map { "user: '\($0)'," } ?? "") \(keys)
        arguments: {allow: [[\(one)], [\(one), '{\(kind):write}']]}},
        \(others)}}
      """
  }

  /// What is there now, sorted, hidden names too.
  var names: [String] { (Files.entries(of: path) ?? []).sorted() }

  /// Permissions and group of a file.
  func modeAndGroup(of name: String) -> String {
    var status = stat()
    guard unsafe lstat(self(name), &status) == 0 else { return "none" }
    return String(status.st_mode & 0o7777, radix: 8) + " \(status.st_gid)"
  }
}
