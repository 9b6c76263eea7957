internal import SandboxBase

/// Programs that run what their arguments hold: shells, interpreters, and those that start others.
enum Interpreters {
  /// Names without a version: `python3.11` is python.
  private static let names: Set<String> = [
    "sh", "bash", "dash", "zsh", "ksh", "mksh", "fish", "csh", "tcsh", "busybox", "toybox",
    "python", "pypy", "perl", "ruby", "node", "nodejs", "deno", "bun", "php", "lua", "luajit",
    "tclsh", "wish", "guile", "R", "Rscript", "octave", "octave-cli", "julia", "java", "jshell",
    "groovy", "ghci", "runghc", "swift", "awk", "gawk", "mawk", "sed", "vim", "vi", "ed", "emacs",
    "env", "xargs", "find", "make", "gmake", "rake", "nice", "timeout", "setsid", "nohup",
    "parallel", "watch", "script", "expect", "gdb", "sqlite", "git", "tar",
  ]

  /// Whether requests decide what the entry's program runs: no pattern says which arguments it may
  /// get.
  static func runsAnything(_ policy: EntryPolicy) -> Bool {
    let name = policy.path.split(separator: "/").last ?? ""
    let bare = String(name.prefix(name.count - name.reversed().prefix(while: isOfVersion).count))
    return policy.arguments.allow.isEmpty && names.contains(bare.isEmpty ? String(name) : bare)
  }

  private static func isOfVersion(_ character: Character) -> Bool {
    character.isNumber || character == "." || character == "-"
  }
}
