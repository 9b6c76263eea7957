/// A job that this process has to do with, and what only this process knows of it.
struct LiveJob: Sendable {
  var job: Job
  /// The name that the launcher knows it by.
  let number: UInt64
  /// Which whitelist entry it runs.
  let entry: Int
  /// Its place in the queue, while it has one.
  var ticket: QueueTicket?
  /// Somebody asked for its end.
  var isCancelled = false
}
