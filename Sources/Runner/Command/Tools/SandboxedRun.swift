internal import Glibc
internal import RunnerConfiguration
internal import RunnerCore
internal import SandboxBase
internal import SandboxClient
internal import SharedBounds
internal import Synchronization

/// One run of one entry, with this process's own stdin, stdout and stderr at its ends.
struct SandboxedRun {
  /// How a run ended, and the last of what it said on standard error.
  struct Outcome {
    let end: LaunchEnd
    let errorText: [UInt8]
    /// From the stop to the end; nil where none was asked for, or it had ended before.
    let stopTime: Duration?
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
    let sealed = try SealedLauncher.start(service, policy, entries, log: log)
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
    start(arguments, stopAfterSeconds: nil)
  }

  /// Runs it, and asks it to end as a cancel does. It reads nothing, and what it prints is dropped.
  ///
  /// - Parameter seconds: from the launch to the stop, at least 1.
  /// - Returns: how it ended; nil where the arguments cannot be passed, which the log says.
  func startAndStop(_ arguments: [String], afterSeconds seconds: UInt32) -> Outcome? {
    start(arguments, stopAfterSeconds: seconds)
  }

  private func start(_ arguments: [String], stopAfterSeconds: UInt32?) -> Outcome? {
    guard let list = ArgumentList(arguments) else {
      log.log(.error, "exec.arguments_refused", "The arguments are too long, or hold a NUL.")
      return nil
    }
    let sink = TerminalSink(waiter: getpid(), isSilent: stopAfterSeconds != nil)
    client.start(onExit: {})
    let input: InputPipe?
    do {
      // A terminal is never handed to a job.
      let hasInput = stopAfterSeconds == nil && isatty(STDIN_FILENO) != 1
      input = hasInput ? try InputPipe(from: STDIN_FILENO) : nil
    } catch {
      log.log(
        .error, "exec.input_failed", "Standard input cannot be handed on: \(error).",
        ["error": "\(error)"])
      return nil
    }
    withExtendedLifetime(input) {
      client.launch(
        1, entry: EntryID(index: 0), arguments: list, stdin: input?.fd, sink: sink)
    }
    var stop: ContinuousClock.Instant?
    if let stopAfterSeconds { alarm(stopAfterSeconds) }
    while true {
      let signal = ProcessSignals.wait(for: [SIGUSR1, SIGINT, SIGTERM, SIGALRM])
      if let (end, time) = sink.end {
        client.stop()
        _ = LauncherConnection.waitForEnd(of: client.launcherPid)
        return Outcome(end: end, errorText: sink.errorText, stopTime: stop.map { time - $0 })
      }
      guard signal != SIGUSR1 else { continue }
      if signal == SIGALRM { stop = .now }
      client.terminate(1)
    }
  }
}

/// Forwards output to this process's own, and reports the end by SIGUSR1 to the waiting process.
private final class TerminalSink: LaunchSink {
  private let ended = Mutex<(end: LaunchEnd, time: ContinuousClock.Instant)?>(nil)
  private let lastErrorText = Mutex<[UInt8]>([])
  private let waiter: Int32
  private let isSilent: Bool

  /// - Parameter isSilent: whether output is dropped.
  init(waiter: Int32, isSilent: Bool) {
    self.waiter = waiter
    self.isSilent = isSilent
  }

  var end: (end: LaunchEnd, time: ContinuousClock.Instant)? { ended.withLock { $0 } }

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
    var rest = isSilent ? [] : bytes
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
    ended.withLock { $0 = (end, .now) }
    kill(waiter, SIGUSR1)
  }
}
