/// Why a queued job has not started, and when it may.
package struct WaitStatus: Hashable, Sendable {
  /// What it waits for first.
  package let reason: WaitReason
  /// When that is over by the wall clock; nil where that is not known.
  package var until: Timestamp?
  /// Jobs that it is to follow and that have not ended; empty for other reasons.
  package var jobs: [JobID] = []
  /// Its place in the queue, from 1: how many jobs start up to and with it, as things stand; nil
  /// where it is in no order yet, or was not counted.
  package var place: Int?

  init(_ reason: WaitReason) { self.reason = reason }
}
