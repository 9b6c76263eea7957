/// The port to the log of the operator. A line says what happened, to which job or file, and what
/// to do.
package protocol Logger: Sendable {
  func log(_ level: LogLevel, _ message: @autoclosure () -> String)
}

/// Severity of a log line.
package enum LogLevel: String, Sendable, CaseIterable {
  case info, warning, error
}
