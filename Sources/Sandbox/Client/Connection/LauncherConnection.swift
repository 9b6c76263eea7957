internal import CLinux
internal import Glibc
package import SandboxBase
internal import SystemBase

/// The launcher during setup: start, policy, seal.
package struct LauncherConnection: ~Copyable {
  /// The host cannot honour the policy, in sentences for the operator.
  package struct Refusal: Error, Hashable, Sendable {
    /// What the host lacks, and what to do about it.
    package let text: String
  }

  /// The launcher ended before its table was sealed: it was killed, or says why in its own lines.
  package struct EarlyEndFailure: Error, CustomStringConvertible {
    package let description = "it ended as it started; lines of its own above say why, if it could"
  }

  private let channel: Channel
  /// Process id of the launcher, a child of this process.
  package let pid: Int32

  /// Starts the launcher program. The caller is still root, and has one thread.
  ///
  /// - Parameter log: how it writes its lines.
  /// - Throws: `SystemCallFailure` when the program cannot be opened or cloned; no process is left
  ///   then.
  package init(
    programPath: String, log: LogFormat = .ofProcess
  ) throws(SystemCallFailure) {
    let pair = try Channel.pair()
    let program = try HelperProgram(path: programPath)
    self.pid = try program.start(
      channel: pair.theirs, arguments: ["http-runner-launcher", "serve"], log: log)
    self.channel = pair.keepOurs()
  }

  /// Hands over the policy and the entries, and closes the table.
  ///
  /// - Returns: what is in force for each entry, in their order.
  /// - Throws: `Refusal`, `EarlyEndFailure`, or `SystemCallFailure` when the launcher cannot be
  ///   reached.
  package func seal(
    _ policy: LaunchPolicy, entries: [CompiledEntry]
  ) throws -> [Enforcement] {
    var request: [Request] = [.policy(policy)]
    request += entries.map { .entry($0) }
    request.append(.seal)
    for part in request {
      // It may refuse one and leave: its words wait to be read then.
      guard try send(part.bytes) else { break }
    }
    var enforcements: [Enforcement] = []
    var buffer = [UInt8](repeating: 0, count: Reply.bytesMax)
    while let message = try channel.receive(using: &buffer, waits: true) {
      switch try Reply(message.bytes) {
      case .inForce(let enforcement): enforcements.append(enforcement)
      case .sealed: return enforcements
      case .refused(let text): throw Refusal(text: text)
      case .failed, .ended, .reloaded, .frozen, .entryState, .resources, .settled:
        throw WireError.notPermitted(0)
      }
    }
    throw EarlyEndFailure()
  }

  /// - Returns: false when the launcher is gone.
  private func send(_ bytes: [UInt8]) throws(SystemCallFailure) -> Bool {
    do throws(SystemCallFailure) {
      try channel.sendWaiting(bytes)
      return true
    } catch {
      guard error.code == EPIPE else { throw error }
      return false
    }
  }

  /// The client over the sealed launcher.
  ///
  /// - Throws: `SystemCallFailure` when no descriptor is left; the launcher then sees its channel
  ///   close and ends.
  package consuming func client() throws(SystemCallFailure) -> LauncherClient {
    let pid = self.pid
    return try LauncherClient(channel: channel, launcherPid: pid)
  }

  /// Waits for a launcher that was refused or is no longer needed, and reaps it.
  ///
  /// - Parameter seconds: for how long.
  /// - Returns: false where it is still there: it was stopped, or waits in the kernel. The janitor
  ///   kills it then.
  package static func waitForEnd(of pid: Int32, seconds: Int32 = endSecondsMax) -> Bool {
    let opened = linux_pidfd_open(pid)
    guard opened >= 0 else { return true }
    let process = Descriptor(adopting: opened)
    var wanted = pollfd(fd: process.fd, events: Int16(POLLIN), revents: 0)
    // SAFETY: poll(2) reads and writes one pollfd, and wait4(2) writes one linux_child_end: local
    // variables.
    guard unsafe poll(&wanted, 1, seconds * 1000) > 0 else { return false }
    var end = linux_child_end()
    _ = unsafe linux_wait4(pid, &end)
    return true
  }

  /// Seconds that a launcher has to end everything: the janitor removes what the jobs left first.
  package static let endSecondsMax: Int32 = 60
}
