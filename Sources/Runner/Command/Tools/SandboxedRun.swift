internal import Glibc
internal import RunnerConfiguration
internal import RunnerCore
internal import SandboxBase
internal import SandboxClient
internal import Synchronization

/// One run of one entry, with this process's own stdin, stdout and stderr at its ends.
struct SandboxedRun {
  /// How the run ended, and the last of what it said on standard error.
  struct Outcome {
    let end: LaunchEnd
    let errorText: [UInt8]
  }

  private let client: LauncherClient
  private let log: ServiceLog

  /// Starts a launcher for the only entry of `configuration`, and gives privilege up.
  ///
  /// - Parameter holdsIDs: another process has reserved the id range for this one.
  static func prepare(
    _ configuration: Configuration, holdsIDs: Bool, log: ServiceLog
  ) throws(StartFailure) -> SandboxedRun {
    var service = configuration.service
    try PrivilegeMode.check(service)
    PrivilegeMode.prepareProcess()
    if !service.sameUser, !holdsIDs {
      service.explicitIDRange = try IDRangeReservation.acquireForRun(service)
    }
    let policy = try PrivilegeMode.policy(service, log: log)
    let entries = try PolicyBuilder.entries(PackageFolders.added(to: configuration), log: log)
    let sealed = try SealedLauncher.start(service, policy, entries)
    do {
      if policy.mode == .root {
        let id = policy.identities.service
        try PrivilegeDrop.becomeUnprivileged(uid: id, gid: id)
      }
    } catch {
      throw .system("Privilege could not be dropped, so nothing is run: \(error).")
    }
    return SandboxedRun(client: sealed.client, log: log)
  }

  /// Runs it to its end. SIGINT and SIGTERM end it by the ladder.
  ///
  /// - Returns: how it ended; nil where the arguments cannot be passed, which the log says.
  func start(_ arguments: [String]) -> Outcome? {
    guard let list = ArgumentList(arguments) else {
      log.log(.error, "exec.arguments_refused", "The arguments are too long, or hold a NUL.")
      return nil
    }
    let sink = TerminalSink(waiter: getpid())
    client.start(onExit: {})
    let input: InputPipe?
    do {
      // A terminal is never handed to a job.
      input = isatty(STDIN_FILENO) == 1 ? nil : try InputPipe(from: STDIN_FILENO)
    } catch {
      log.log(
        .error, "exec.input_failed", "Standard input cannot be handed on: \(error).",
        ["error": "\(error)"])
      return nil
    }
    withExtendedLifetime(input) {
      client.launch(1, entry: 0, arguments: list, stdin: input?.fd, sink: sink)
    }
    while true {
      let signal = ProcessSignals.wait(for: [SIGUSR1, SIGINT, SIGTERM])
      if let end = sink.end {
        client.stop()
        _ = LauncherConnection.waitForEnd(of: client.launcherPid)
        return Outcome(end: end, errorText: sink.errorText)
      }
      if signal != SIGUSR1 { client.terminate(1) }
    }
  }
}

/// Forwards output to this process's own, and reports the end by SIGUSR1 to the waiting process.
private final class TerminalSink: LaunchSink {
  private let ended = Mutex<LaunchEnd?>(nil)
  private let lastErrorText = Mutex<[UInt8]>([])
  private let waiter: Int32

  init(waiter: Int32) {
    self.waiter = waiter
  }

  var end: LaunchEnd? { ended.withLock { $0 } }

  /// The last of the standard error, at most `MissingPaths.textBytesMax` bytes.
  var errorText: [UInt8] { lastErrorText.withLock { $0 } }

  private func keep(_ bytes: ArraySlice<UInt8>) {
    lastErrorText.withLock { text in
      text += bytes
      if text.count > MissingPaths.textBytesMax {
        text.removeFirst(text.count - MissingPaths.textBytesMax)
      }
    }
  }

  /// Blocks where the terminal does: there is one job only, and it is to wait for its reader.
  func output(
    _ stream: OutputStream, _ bytes: ArraySlice<UInt8>, resume: @escaping @Sendable () -> Void
  ) -> Bool {
    if stream == .stderr { keep(bytes) }
    var rest = bytes
    while !rest.isEmpty {
      // SAFETY: write(2) reads at most `buffer.count` bytes, and the slice is not empty.
      let count = unsafe rest.withUnsafeBytes { buffer in
        unsafe write(
          stream == .stdout ? STDOUT_FILENO : STDERR_FILENO, buffer.baseAddress!, buffer.count)
      }
      // The reader has closed its end: the rest is dropped.
      guard count > 0 || errno == EINTR else { return true }
      rest = rest.dropFirst(max(0, count))
    }
    return true
  }

  func ended(_ end: LaunchEnd) {
    ended.withLock { $0 = end }
    kill(waiter, SIGUSR1)
  }
}
