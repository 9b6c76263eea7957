/// One delivery attempt. Of the response only the status is stored: a submitter must not read other
/// hosts through the service.
package struct CallbackAttempt: Hashable, Sendable {
  /// Time at which the attempt began.
  package let at: Timestamp
  /// Duration of the attempt in milliseconds.
  package let milliseconds: Int
  /// Result of the attempt.
  package let result: CallbackResult

  /// Number of attempts that are stored for each job; older ones are dropped.
  package static let keptMax = 20

  /// An attempt that began at `at`, with its duration in milliseconds.
  package init(at: Timestamp, milliseconds: Int, result: CallbackResult) {
    self.at = at
    self.milliseconds = milliseconds
    self.result = result
  }
}
