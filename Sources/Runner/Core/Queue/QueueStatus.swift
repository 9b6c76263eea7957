/// The queue as it is at one moment.
package struct QueueStatus: Hashable, Sendable {
  package var isPaused = false
  /// Jobs that wait, and what they take in memory.
  package var waiting = 0
  package var waitingBytes = 0
  package var running = 0
  /// How long the job that waits longest has waited, in whole seconds; nil where none waits.
  package var longestWaitSeconds: Int?
  /// How many jobs leave the queue in an hour, at the pace of the last ones; nil before the first.
  package var drainPerHour: Int?
  package var limits = EngineLimits()

  package init() {}
}
