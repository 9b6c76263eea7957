internal import Glibc
internal import RunnerCore
internal import SandboxBase

/// The operator's log: lines on standard error, each in one write, so that lines of several
/// threads and of the launcher never mix. Of an event it writes the level and the sentence.
struct ServiceLog: Logger {
  func log(_ event: LogEvent) {
    let line = LogLine.bytes(
      program: "http-runner", level: event.level.rawValue, sentence: event.sentence)
    // A failed write to the log cannot be reported.
    // SAFETY: write(2) reads the bytes of the array, which is not empty.
    _ = unsafe line.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress!, $0.count) }
  }
}
