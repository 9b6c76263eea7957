/// Jobs that wait, first come first served, bounded in number and in bytes.
struct JobQueue {
  private var waiting = FirstInFirstOut<(id: JobID, bytes: Int)>()
  private var bytes = 0

  /// - Parameter bytes: what the job's arguments take while it waits.
  /// - Returns: false when the queue is full; nothing was added.
  mutating func append(_ id: JobID, bytes: Int, limits: EngineLimits) -> Bool {
    guard waiting.count < limits.queuedMax, self.bytes + bytes <= limits.queuedBytesMax else {
      return false
    }
    waiting.append((id, bytes))
    self.bytes += bytes
    return true
  }

  mutating func popFirst() -> JobID? {
    guard let first = waiting.popFirst() else { return nil }
    bytes -= first.bytes
    return first.id
  }
}
