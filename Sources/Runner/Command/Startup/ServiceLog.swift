internal import Glibc
internal import RunnerCore
internal import Sandbox

/// The operator's log: lines on standard error, each in one write, so that lines of several
/// threads and of the launcher never mix.
struct ServiceLog: Logger {
  func log(_ level: LogLevel, _ message: @autoclosure () -> String) {
    let line = Array(
      "http-runner: \(level.rawValue): \(LogText.printable(message()))\n".utf8)
    // A failed write to the log cannot be reported.
    _ = unsafe line.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress!, $0.count) }
  }
}
