internal import Glibc
internal import RunnerCore

/// The operator's log: lines on standard error, each in one write, so that lines of several
/// threads and of the launcher never mix.
struct ServiceLog: Logger {
  func log(_ level: LogLevel, _ message: @autoclosure () -> String) {
    // A line break in what a client sent must not look like a line of ours.
    let text = message().unicodeScalars.map { $0.value < 0x20 ? " " : String($0) }.joined()
    let line = Array("http-runner: \(level.rawValue): \(text)\n".utf8)
    // A log that cannot be written has nowhere to say so.
    _ = unsafe line.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress!, $0.count) }
  }
}
