package import RunnerCore

/// A session that has just begun, for the browser that logged in.
package struct BegunSession: Sendable {
  /// What its cookie carries.
  package let secret: SessionSecret
  /// Whose it is.
  package let caller: Caller
  /// When it ends at the latest: by its own time or by that of its token.
  package let end: Timestamp
}
