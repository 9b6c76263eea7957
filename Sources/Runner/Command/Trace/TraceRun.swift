internal import Glibc
internal import RunnerConfiguration
internal import SandboxBase
internal import SandboxClient
internal import SystemBase

/// One run of a program under strace(1), without privilege and without a sandbox.
///
/// SAFETY: open(2) and access(2) read a path as a C string and keep no pointer.
struct TraceRun {
  /// What was seen.
  let observation: TraceObservation
  let end: ToolProgram.End
  /// Wall clock, which the observation made longer.
  let seconds: Int

  private static let strace = "/usr/bin/strace"
  private static let setpriv = "/usr/bin/setpriv"
  private static let unshare = "/usr/bin/unshare"

  /// - Parameter owner: the account that the program runs as; nil for the caller, who is not root.
  static func observe(
    _ options: TraceOptions, as owner: FixedIdentity?, in scratch: TraceScratch, stdout: Int32
  ) throws(StartFailure) -> TraceRun {
    let fifo = unsafe open(scratch.calls, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard fifo >= 0 else {
      throw .system("open \(scratch.calls): \(ErrorCode.message(errno)).")
    }
    defer { close(fifo) }
    let words = try words(options, owner, scratch)
    let start = ContinuousClock.now
    do {
      let tool = try ToolProgram.start(
        words[0], arguments: words, environment: environment(scratch), folder: scratch.work,
        streams: [STDIN_FILENO, stdout, STDERR_FILENO])
      var lines = TraceLines(
        TraceObservation(program: options.program, folder: scratch.work))
      try tool.read(fifo) {
        lines.append($0)
        // strace(1) watches on, and holds the id of each until it has told of its end.
        for process in lines.observation.remaining { kill(pid_t(process), SIGKILL) }
      }
      let end = try tool.wait()
      return TraceRun(
        observation: lines.finish(), end: end,
        seconds: Int((ContinuousClock.now - start).components.seconds) + 1)
    } catch {
      throw .system("\(words[0]) could not be run: \(error).")
    }
  }

  private static func words(
    _ options: TraceOptions, _ owner: FixedIdentity?, _ scratch: TraceScratch
  ) throws(StartFailure) -> [String] {
    guard unsafe access(strace, X_OK) == 0 else {
      throw .system("There is no \(strace). Install it: apt-get install strace")
    }
    // `-s 0` drops the content of strings; paths are printed in full all the same.
    var words = [strace, "-f", "-yy", "-s", "0", "-e", "signal=none", "-o", scratch.calls, "--"]
    words += [options.program] + options.arguments
    guard let owner else { return words }
    for tool in [setpriv, unshare] where unsafe access(tool, X_OK) != 0 {
      throw .system("There is no \(tool). Install it: apt-get install util-linux")
    }
    let drop = [
      setpriv, "--reuid=\(owner.uid)", "--regid=\(owner.gid)", "--clear-groups",
      "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs", "--",
    ]
    // An account of the host's has a name already.
    return (options.user == nil ? naming(scratch) : []) + drop + words
  }

  /// Gives the id of a job a name, a home and a shell, as its sandbox does: in mounts of its own,
  /// which follow those of the host.
  private static func naming(_ scratch: TraceScratch) -> [String] {
    let script = """
      mount --bind "$1" /etc/passwd && mount --bind "$2" /etc/group && shift 2 && exec "$@"
      """
    return [
      unshare, "--mount", "--propagation", "slave", "--", "/bin/sh", "-c", script, "sh",
      scratch.users, scratch.groups,
    ]
  }

  /// What a job has, with the folder of the trace in the place of its own.
  private static func environment(_ scratch: TraceScratch) -> [String] {
    StandardEnvironment.environment(workFolder: scratch.work)
  }
}
