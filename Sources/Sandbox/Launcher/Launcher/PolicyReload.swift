internal import CLinux
internal import Glibc
internal import SandboxBase

/// A reload in progress: the process that reads the configuration, and the entries that it has
/// sent.
final class PolicyReload {
  let channel: Channel
  private let pid: Int32
  /// Milliseconds of the monotonic clock.
  let deadline: Int64
  var entries: [CompiledEntry] = []
  /// Whether the process was reaped; its pid may then belong to another process.
  var isReaped = false

  /// Time limit for reading the file and looking accounts up, in milliseconds.
  private static let timeoutMilliseconds: Int64 = 30_000

  init(
    _ plan: ReloadPlan, by program: borrowing HelperProgram, now: Int64
  ) throws(SystemCallFailure) {
    let pair = try Channel.pair()
    pid = try program.start(channel: pair.theirs, arguments: plan.arguments)
    channel = pair.keepOurs()
    deadline = now + Self.timeoutMilliseconds
    try channel.send(Array(plan.settings.utf8) + [0])
  }

  func isProcess(_ process: Int32) -> Bool { pid == process && !isReaped }

  func kill() {
    if !isReaped { _ = Glibc.kill(pid, SIGKILL) }
  }
}
