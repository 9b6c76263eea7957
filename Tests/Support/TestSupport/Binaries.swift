/// Where the programs under test are.
package enum Binaries {
  /// - Throws: `TestFailure` with the command to type where they are not built.
  package static func runner() throws -> String { try program("http-runner") }

  package static func launcher() throws -> String { try program("http-runner-launcher") }

  private static func program(_ name: String) throws -> String {
    let path = "\(try folder())/\(name)"
    guard Files.exists(path) else {
      throw TestFailure(
        "\(path) is not there. Type: swift build && "
          + "HTTP_RUNNER_BIN=\"$(swift build --show-bin-path)\" swift test")
    }
    return path
  }

  /// `HTTP_RUNNER_BIN`, else the folder of the running test bundle, which is that of the build.
  private static func folder() throws -> String {
    if let chosen = Environment["HTTP_RUNNER_BIN"], !chosen.isEmpty { return chosen }
    guard let bundle = Files.target(ofLink: "/proc/self/exe"),
      let slash = bundle.lastIndex(of: "/")
    else { throw TestFailure("/proc/self/exe cannot be read, and HTTP_RUNNER_BIN is not set") }
    return String(bundle[..<slash])
  }
}
