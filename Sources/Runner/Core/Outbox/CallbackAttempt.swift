/// One delivery attempt. Of the response only the status is stored: a submitter must not read other
/// hosts through the service.
package struct CallbackAttempt: Hashable, Sendable {
  package let at: Timestamp
  package let milliseconds: Int
  package let result: CallbackResult

  /// Attempts that are stored for each job; the oldest are dropped.
  package static let keptMax = 20

  package init(at: Timestamp, milliseconds: Int, result: CallbackResult) {
    self.at = at
    self.milliseconds = milliseconds
    self.result = result
  }
}
