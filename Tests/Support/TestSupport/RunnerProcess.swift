import Glibc

/// The real program, started by a test, whether it comes to serve or refuses.
package final class RunnerProcess: Sendable {
  package let child: Child
  /// Where its working folders are.
  package let workFolder: String
  /// Where it keeps jobs.
  package let stateFolder: String
  /// The ids of its jobs and of itself.
  package let users: ClosedRange<UInt32>
  private let folder: RootFolder

  /// - Parameters:
  ///   - options: beside the id range and the folders, which are always given, and the port, which
  ///     is unless they say where to listen.
  ///   - withoutControlGroups: in a mount namespace where no cgroup v2 is mounted.
  ///   - workFolder: that of another, to see what is done about what it left; else a new one.
  ///   - predecessor: one that ended, whose folders and ids this one takes over.
  ///   - config: the text of a configuration file.
  ///   - ownNumbers: in a PID namespace, as the child of the child.
  ///   - asOrdinaryUser: with --same-user, by the first of its ids, who has no privilege.
  ///   - wrapper: words before its own: a program that starts it.
  ///   - users: its ids, of which the test has more; nil for some of its own.
  package init(
    whitelist: [String], options: [String] = [], workFolder: String? = nil,
    predecessor: RunnerProcess? = nil, withoutControlGroups: Bool = false, config: String? = nil,
    ownNumbers: Bool = false, asOrdinaryUser: Bool = false, wrapper: [String] = [],
    users: ClosedRange<UInt32>? = nil
  ) throws {
    folder = try predecessor?.folder ?? RootFolder()
    self.users = predecessor?.users ?? users ?? IdentityRanges.next()
    stateFolder = folder("state")
    self.workFolder = workFolder ?? folder("work")
    if predecessor == nil { try Files.makeFolder(folder("work")) }
    try Files.write("", to: folder("log"))
    let log = unsafe open(folder("log"), O_WRONLY | O_APPEND | O_CLOEXEC)
    guard log >= 0 else { throw TestFailure("open", folder("log"), code: errno) }
    defer { close(log) }
    let port = options.contains("--listen") ? [] : ["-p", "0"]
    let fixed =
      port + [
        "--id-range", "\(self.users.lowerBound)-\(self.users.upperBound)",
        "--work-folder", self.workFolder,
      ] + (options.contains("--state") ? [] : ["--state", stateFolder])
    var entries = whitelist.isEmpty ? [] : ["-w", whitelist.joined(separator: ",")]
    if let config {
      try Files.write(config, to: folder("config.json5"), mode: 0o600)
      entries += ["--config", folder("config.json5")]
    }
    var command = [try Binaries.runner()] + fixed + entries + options
    if asOrdinaryUser { command = try Self.lowered(command, to: self.users.lowerBound, in: folder) }
    if withoutControlGroups {
      // Each step is an exec, so that the child is the service in the end.
      let script = "umount -a -t cgroup2 && exec \"$@\""
      command = ["/usr/bin/unshare", "--mount", "/bin/sh", "-c", script, "sh"] + command
    }
    if ownNumbers {
      // Not as the first process there, which the kernel treats as no other.
      let script = "\"$@\" & wait $!"
      command =
        ["/usr/bin/unshare", "--pid", "--fork", "--kill-child", "--mount-proc"]
        + ["/bin/sh", "-c", script, "sh"] + command
    }
    command = wrapper + command
    child = try Child(
      command[0], Array(command.dropFirst()), environment: Self.environment,
      descriptors: (-1, log, log))
  }

  /// The same as an ordinary user types it, with programs and folders in that user's reach.
  private static func lowered(
    _ command: [String], to user: UInt32, in folder: RootFolder
  ) throws -> [String] {
    try Files.makeFolder(folder("bin"))
    try Files.makeFolder(folder("state"), mode: 0o700)
    for path in [folder("work"), folder("state")] { try Files.setOwner(user, user, of: path) }
    for path in [try Binaries.runner(), try Binaries.launcher()] {
      let name = path.split(separator: "/").last.map { String($0) } ?? ""
      try Files.write(Files.bytes(of: path) ?? [], to: folder("bin/\(name)"), mode: 0o755)
    }
    return [
      "/usr/bin/setpriv", "--reuid", "\(user)", "--regid", "\(user)", "--clear-groups",
      folder("bin/http-runner"), "--same-user",
    ] + command.dropFirst()
  }

  /// What must not reach a job.
  package static let environment = [
    "PATH": Child.plainPath, "HOME": "/root", "SECRET": "of the service", "LANG": "C",
    "BASH_ENV": "/nonexistent", "TMPDIR": "/tmp",
  ]

  /// Where the text of its configuration is.
  package var configPath: String { folder("config.json5") }

  /// Everything it has logged so far.
  package var log: String { Files.text(of: folder("log")) ?? "" }

  /// Waits until it has logged a line that holds `text`, and answers the line.
  package func logLine(_ text: String, seconds: Double = patienceSeconds) throws -> String {
    do {
      return try waiting(for: "'\(text)' in the log", seconds: seconds) {
        log.split(separator: "\n").map { String($0) }.first { $0.contains(text) }
      }
    } catch { throw TestFailure("\(error); the log says:\n\(log)") }
  }

  /// The processes of the service: the one that was started and those beneath it that run one of
  /// its two programs.
  package func processes(of program: String) -> [Int32] {
    ProcessTable.family(of: child.id).filter { ProcessTable.program(of: $0) == program }
  }

  /// Living processes of its ids other than the service's own.
  package func jobProcesses() -> [Int32] {
    ProcessTable.processes(of: users).filter {
      ProcessTable.program(of: $0)?.hasPrefix("http-runner") != true
    }
  }

  /// Living processes of jobs whose command line holds `words`, by their numbers on the host: a job
  /// knows itself by others.
  package func processes(running words: String) -> [Int32] {
    jobProcesses().filter { id in
      let bytes = (Files.bytes(of: "/proc/\(id)/cmdline") ?? []).map { $0 == 0 ? 0x20 : $0 }
      return String(decoding: bytes, as: UTF8.self).contains(words)
    }
  }

  /// The living process of a job that has this number in its own PID namespace; nil if none has.
  package func process(numbered number: Int) -> Int32? {
    let owners = ProcessTable.all().filter { id in
      ProcessTable.status(id)?["NSpid"]?.split(separator: " ").last.flatMap { Int($0) } == number
        && ProcessTable.lives(id)
    }
    let family = ProcessTable.family(of: child.id)
    return owners.first { id in
      family.contains(id) && ProcessTable.program(of: id)?.hasPrefix("http-runner") != true
    }
  }

  /// Paths of working folders that are there now, and of what is left of ended jobs' ones.
  ///
  /// They are two floors down: each launcher has a folder of its own, and puts what it has still to
  /// remove into a folder `trash`.
  package func jobFolders() -> [String] {
    instances().flatMap { instance in
      (Files.entries(of: instance) ?? []).flatMap { name in
        name == "trash"
          ? (Files.entries(of: "\(instance)/trash") ?? []).map { "\(instance)/trash/\($0)" }
          : ["\(instance)/\(name)"]
      }
    }
  }

  /// Paths of the launchers' folders: one while the service runs, none when it has ended.
  package func instances() -> [String] {
    (Files.entries(of: workFolder) ?? []).map { "\(workFolder)/\($0)" }
  }

  /// Folders of control groups, of any hierarchy, that bear the name of one of `instances`.
  package static func controlGroups(of instances: [String]) throws -> [String] {
    let names = instances.compactMap { $0.split(separator: "/").last.map { String($0) } }
    let run = try CommandRun("/usr/bin/find", ["/sys/fs/cgroup", "-type", "d"])
    return run.stdout.split(separator: "\n").map { String($0) }.filter { path in
      names.contains { path.contains($0) }
    }
  }
}
