/// Deliveries that jobs which have not ended will make pending: those of one process.
package struct PromisedCallbacks: Hashable, Sendable {
  /// To all receivers together.
  package var all = 0
  /// To the receiver of the job that is to be added.
  package var toReceiver = 0

  /// No deliveries, or so many.
  package init(all: Int = 0, toReceiver: Int = 0) {
    self.all = all
    self.toReceiver = toReceiver
  }
}
