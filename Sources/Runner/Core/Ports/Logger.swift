/// The port to the operator's log. Lines are for people: what, which, and what to do.
package protocol Logger: Sendable {
  func log(_ level: LogLevel, _ message: @autoclosure () -> String)
}

/// How much a line matters.
package enum LogLevel: String, Sendable, CaseIterable {
  case info, warning, error
}
