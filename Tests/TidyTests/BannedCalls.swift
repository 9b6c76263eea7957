/// Calls that may not stand where they stand, each with what to write instead.
enum BannedCalls {
  struct Ban: Sendable {
    /// Words and marks in a row, without spaces between marks and words.
    let words: [String]
    /// False: banned only as a call, because the word alone has other meanings.
    let alsoAsName: Bool
    /// Which files it holds for.
    let holds: @Sendable (SourceFile) -> Bool
    let instead: String

    init(
      _ words: String..., alsoAsName: Bool = true,
      in holds: @escaping @Sendable (SourceFile) -> Bool, instead: String
    ) {
      self.words = words
      self.alsoAsName = alsoAsName
      self.holds = holds
      self.instead = instead
    }
  }

  static let bans: [Ban] = {
    let launches = "A child is made by CLaunch alone: ask Sandbox for a launch."
    let safer = "Handle the failure: `do`/`catch`, `guard`, or a typed throw."
    return [
      Ban("fork", in: isOurs, instead: "It copies locks that nobody will release. \(launches)"),
      Ban("vfork", in: isOurs, instead: "The child shares our stack. \(launches)"),
      Ban("system", alsoAsName: false, in: isOurs, instead: "It runs a shell. \(launches)"),
      Ban("popen", in: isOurs, instead: "It runs a shell. \(launches)"),
      Ban("posix_spawn", in: isOurs, instead: "It confines nothing. \(launches)"),
      Ban("posix_spawnp", in: isOurs, instead: "It confines nothing. \(launches)"),
      Ban(
        "signal", alsoAsName: false, in: isOurs,
        instead: "What it does to a handler differs between systems. Use sigaction or a signalfd."),
      Ban(
        "setenv", in: { $0.isBelow("Sources") },
        instead: "It races with every getenv of other threads. Hand values on as arguments."),
      Ban(
        "Process", alsoAsName: false, in: \.isSwift,
        instead: "Foundation's launches unconfined and inherits. \(launches)"),
      Ban("try", "!", in: \.isSwift, instead: "It turns an error into a crash. \(safer)"),
      Ban("as", "!", in: \.isSwift, instead: "It turns a wrong type into a crash. \(safer)"),
      Ban(
        "try", "?", in: { $0.isSwift && ($0.isBelow("Sources/Sandbox") || isLauncher($0)) },
        instead: "A layer that failed in silence is a missing layer. \(safer)"),
      Ban(
        "print", alsoAsName: false, in: { $0.isSwift && !isProgram($0) },
        instead: "stdout belongs to the command line. Log through `Logging`."),
    ]
  }()

  /// What the child path may not touch: only raw system calls are safe between clone and exec.
  static let childBans = [
    "malloc", "calloc", "realloc", "free", "printf", "fprintf", "snprintf", "perror", "strerror",
    "setlocale", "exit", "syslog", "pthread_mutex_lock", "pthread_sigmask", "getenv", "stdio",
    "stdlib", "locale",
  ]
  /// All that runs in a child before exec: every file of CLaunch, for jobs, inits, helpers, tools
  /// and sweepers, and the trials of a host.
  static func isOfChildPath(_ file: SourceFile) -> Bool {
    file.isC && (file.isBelow("Sources/CLaunch") || file.path == "Sources/CLinux/linux_probe.c")
  }

  static func findings(in file: SourceFile) -> [Finding] {
    bans.filter { $0.holds(file) }.flatMap { findings(of: $0, in: file) }
      + childFindings(in: file) + ChildPath.findings(in: file) + SafetyClaims.findings(in: file)
  }

  /// Our own C and every Swift file. C below Tests does on purpose what jobs do.
  private static func isOurs(_ file: SourceFile) -> Bool {
    file.isSwift || (file.isC && file.isBelow("Sources"))
  }

  private static func isLauncher(_ file: SourceFile) -> Bool { file.isBelow("Sources/Launcher") }

  /// What has a command line, and so a stdout of its own.
  private static func isProgram(_ file: SourceFile) -> Bool {
    file.isBelow("Sources/Runner/Command") || file.isBelow("Tests/Bench")
  }

  private static func findings(of ban: Ban, in file: SourceFile) -> [Finding] {
    let tokens = file.tokens
    return tokens.indices.filter { index in
      guard tokens[index].text == ban.words[0] else { return false }
      let end = index + ban.words.count
      guard end <= tokens.count,
        zip(tokens[index..<end], ban.words).allSatisfy({ $0.text == $1 }),
        tokens[index..<end].dropFirst().allSatisfy(\.isJoined)
      else { return false }
      guard isFree(index, in: tokens), ban.alsoAsName || !declares(ban.words[0], in: tokens)
      else { return false }
      let next = end < tokens.count ? tokens[end].text : ""
      return ban.words.count > 1 || (ban.alsoAsName ? next != ":" : next == "(")
    }.map {
      let name = ban.words.joined()
      return Finding(
        path: file.path, line: tokens[$0].line, message: "`\(name)` is banned. \(ban.instead)")
    }
  }

  /// False for a member of something else (`job.signal(…)`) and for a declaration of that name.
  private static func isFree(_ index: Int, in tokens: [Token]) -> Bool {
    guard index > 0 else { return true }
    let libraries: Set<String> = ["Glibc", "Foundation"]
    return switch tokens[index - 1].text {
    case ".": index > 1 && libraries.contains(tokens[index - 2].text)
    case "func", "case", "let", "var": false
    default: true
    }
  }

  /// Whether the file has a function of that name, which its calls then mean.
  private static func declares(_ name: String, in tokens: [Token]) -> Bool {
    zip(tokens, tokens.dropFirst()).contains { $0.text == "func" && $1.text == name }
  }

  private static func childFindings(in file: SourceFile) -> [Finding] {
    guard isOfChildPath(file) else { return [] }
    return file.tokens.filter { childBans.contains($0.text) }.map {
      Finding(
        path: file.path, line: $0.line,
        message: "`\($0.text)` is banned between clone and exec: it may take a lock that another"
          + " thread of the parent held. Make a raw system call, or do it before the clone.")
    }
  }
}
