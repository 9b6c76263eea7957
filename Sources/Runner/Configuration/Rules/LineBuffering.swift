internal import SandboxBase

/// The variables by which programs write each line when it is complete, and not 4096 bytes at once
/// as the C library does where its output is a pipe (setvbuf(3)): those of stdbuf(1), whose library
/// is loaded into each program, and Python's own.
///
/// A terminal in the place of the pipe would do it too, but programs behave otherwise on one:
/// colours, questions, and both streams in one. A program that is linked statically, sets its own
/// buffers, or has streams of its own, goes on as it is.
package enum LineBuffering {
  /// The library of coreutils that sets the buffers, where Debian has it.
  package static let library = "/usr/libexec/coreutils/libstdbuf.so"
  static let preloadName = "LD_PRELOAD"

  private static let all = [
    (preloadName, library), ("_STDBUF_O", "L"), ("_STDBUF_E", "L"), ("PYTHONUNBUFFERED", "1"),
  ]

  /// Those that `rule` does not fix itself.
  static func variables(beside rule: EnvironmentRule) -> [EnvironmentRule.Variable] {
    let taken = Set(rule.fixed.map(\.name))
    return all.filter { !taken.contains($0.0) }
      .map { EnvironmentRule.Variable(name: $0.0, value: $0.1) }
  }
}
