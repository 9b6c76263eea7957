/// Programs in C that tests run, inside and outside: one folder of sources beneath Tests each.
package enum CProgram {
  /// Compiles a program into the folder that only root can write, and answers its path.
  ///
  /// - Parameter kind: how it is linked; a shared library is one to preload.
  package static func compile(
    _ name: String, from folder: String, kind: [String] = ["-static"]
  ) throws -> String {
    let program = try RootFolder.shared.get()(name)
    let sources = "\(tests)/\(folder)"
    let files = (Files.entries(of: sources) ?? []).filter { $0.hasSuffix(".c") }.sorted()
    let run = try CommandRun(
      "/usr/bin/cc",
      ["-std=gnu17", "-D_GNU_SOURCE", "-O1", "-Wall", "-Wextra", "-Werror"]
        + kind + ["-o", program] + files.map { "\(sources)/\($0)" },
      seconds: 120)
    guard run.ending == .exited(0) else {
      throw TestFailure("the program in \(sources) does not compile: \(run.stderr)")
    }
    return program
  }

  private static let tests: String = {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    return parts.dropLast(3).joined(separator: "/")
  }()
}
