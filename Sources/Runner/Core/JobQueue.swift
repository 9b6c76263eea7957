/// Jobs that wait, first come first served among the entries that may run another, bounded in
/// number and in bytes.
struct JobQueue {
  private struct Waiting {
    let id: JobID
    /// Order of arrival.
    let number: UInt64
    let bytes: Int
  }

  private var lines: [Int: FirstInFirstOut<Waiting>] = [:]
  private var count = 0
  private var bytes = 0

  /// - Parameter bytes: what the job's arguments take while it waits.
  /// - Returns: false when the queue is full; nothing was added.
  mutating func append(_ job: Job, bytes: Int, limits: EngineLimits) -> Bool {
    guard count < limits.queuedMax, self.bytes + bytes <= limits.queuedBytesMax else {
      return false
    }
    lines[job.entry, default: FirstInFirstOut()].append(
      Waiting(id: job.id, number: job.number, bytes: bytes))
    count += 1
    self.bytes += bytes
    return true
  }

  /// The job that came first among those of entries for which `mayRun` holds.
  mutating func popFirst(where mayRun: (Int) -> Bool = { _ in true }) -> JobID? {
    var best: (entry: Int, number: UInt64)?
    for (entry, line) in lines {
      guard let first = line.first, first.number < best?.number ?? .max, mayRun(entry) else {
        continue
      }
      best = (entry, first.number)
    }
    guard let best, let first = lines[best.entry]?.popFirst() else { return nil }
    count -= 1
    bytes -= first.bytes
    return first.id
  }
}
