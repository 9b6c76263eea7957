/// Jobs in the queue of a shared store, of all processes.
package struct QueueCounts: Hashable, Sendable {
  /// Jobs that wait, but for those that are held.
  package let waiting: Int
  /// Jobs that run.
  package let running: Int

  /// Counts of these.
  package init(waiting: Int, running: Int) {
    self.waiting = waiting
    self.running = running
  }
}
