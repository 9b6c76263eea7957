/// One try to deliver a callback, as it is kept. Of the reply only the status is: a submitter must
/// not read other hosts through the service.
package struct CallbackAttempt: Hashable, Sendable {
  package let at: Timestamp
  package let milliseconds: Int
  package let result: CallbackResult

  /// How many are kept for each job; older ones make room.
  package static let keptMax = 20

  package init(at: Timestamp, milliseconds: Int, result: CallbackResult) {
    self.at = at
    self.milliseconds = milliseconds
    self.result = result
  }
}
