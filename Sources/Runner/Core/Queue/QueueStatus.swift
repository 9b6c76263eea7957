/// State of the queue at one moment.
package struct QueueStatus: Hashable, Sendable {
  /// Whether the queue is paused: no job starts until it is resumed.
  package var isPaused = false
  /// Whether the service drains: no job is taken or starts any more in this process.
  package var isDraining = false
  /// Number of queued jobs.
  package var waiting = 0
  /// Memory of the requests of queued jobs, in bytes.
  package var waitingBytes = 0
  /// Number of slots in use: jobs that run or are being launched.
  package var running = 0
  /// How long the job that waits longest has waited, in whole seconds; nil where none waits.
  package var longestWaitSeconds: Int?
  /// How many jobs leave the queue in an hour, at the pace of the last ones; nil before the first.
  package var drainPerHour: Int?
  /// Number of waiting jobs by what they wait for first; without those of which there are none.
  package var waitingByReason: [WaitReason: Int] = [:]
  /// Limits of the engine.
  package var limits = EngineLimits()

  /// Status of an empty queue with default limits.
  package init() {}
}
