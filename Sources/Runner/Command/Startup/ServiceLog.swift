internal import Glibc
internal import RunnerCore

/// The operator's log: lines on standard error, each in one write, so that lines of several
/// threads and of the launcher never mix.
struct ServiceLog: Logger {
  func log(_ level: LogLevel, _ message: @autoclosure () -> String) {
    // A line break in client data must not forge a log line.
    let text = message().unicodeScalars.map { $0.value < 0x20 ? " " : String($0) }.joined()
    let line = Array("http-runner: \(level.rawValue): \(text)\n".utf8)
    // A failed write to the log cannot be reported.
    _ = unsafe line.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress!, $0.count) }
  }
}
