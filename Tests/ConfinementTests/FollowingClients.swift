import Glibc
import TestSupport
import Testing

/// Clients that follow a job's output in a process of their own, and know what must come.
struct FollowingClients {
  private let child: Child
  private let folder: RootFolder

  /// Returns when all have asked.
  ///
  /// - Parameters:
  ///   - bytes: what the job is going to print.
  ///   - dead: clients that never read.
  init(_ server: RunningServer, _ target: String, bytes: Int, readers: Int, dead: Int = 0) throws {
    folder = try RootFolder()
    let out = unsafe open(folder("out"), O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    guard out >= 0 else { throw TestFailure("open: \(errorText(errno))") }
    defer { close(out) }
    child = try Child(
      Counters.path(),
      ["follow", "\(server.client.port)", target, "\(bytes)", "\(readers)", "\(dead)"],
      descriptors: (-1, out, -1))
    try waiting(until: "the clients to be connected") {
      ProbeOutput(Files.text(of: folder("out")) ?? "")["connected"] != nil
    }
  }

  /// What became of them, once all are done.
  func facts(seconds: Double = 90) throws -> ProbeOutput {
    #expect(try child.wait(seconds: seconds) == .exited(0))
    return ProbeOutput(Files.text(of: folder("out")) ?? "")
  }
}
