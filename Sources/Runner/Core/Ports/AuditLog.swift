/// The port to the audit log. Called on any thread, for each request; never blocks.
package protocol AuditLog: Sendable {
  /// Puts one record into the log, or counts it as lost: the count is in the log then.
  func record(_ record: AuditRecord)
  /// Whether no record is kept, so that none has to be made.
  var discardsAll: Bool { get }
}

extension AuditLog {
  /// Records are kept unless a log says otherwise.
  package var discardsAll: Bool { false }
}

/// Discards all records: for services without an audit log.
package struct NoAuditLog: AuditLog {
  /// A port that discards all records.
  package init() {}
  /// Keeps nothing.
  package func record(_ record: AuditRecord) {}
  /// True.
  package var discardsAll: Bool { true }
}
