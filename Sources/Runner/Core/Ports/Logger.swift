/// The port to the operator's log.
package protocol Logger: Sendable {
  /// Writes one event, as one record. Called on any thread.
  func log(_ event: LogEvent)
}

extension Logger {
  /// Logs an event.
  ///
  /// - Parameters:
  ///   - name: see `LogEvent.name`.
  ///   - sentence: what happened, to what, and what to do, for people.
  ///   - fields: the parts of the sentence that programs look for.
  package func log(
    _ level: LogLevel, _ name: String, _ sentence: String, _ fields: LogFields = [:]
  ) {
    log(LogEvent(level, name, sentence, fields))
  }
}

/// How much an event matters.
package enum LogLevel: String, Sendable, CaseIterable {
  case info, warning, error
}
