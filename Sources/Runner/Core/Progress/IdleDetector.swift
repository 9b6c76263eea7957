/// For how long a run has done nothing: no activity of `ActivityMonitor`, and next to no processor
/// time. Times are microseconds of monotonic time.
struct IdleDetector {
  /// A process that only wakes to look whether there is something to do uses less than one in so
  /// many microseconds of one processor.
  static let idleShare: Int64 = 1000

  /// When it was last seen to do something, later by the time that does not count.
  private var lastActivity: Int64
  private var lastLook: Int64
  private var mark: ActivityMonitor.Snapshot
  /// Processor time, and when it was read; nil before the first reading.
  private var processor: (microseconds: UInt64, at: Int64)?

  init(_ mark: ActivityMonitor.Snapshot, at now: Int64) {
    self.mark = mark
    lastActivity = now
    lastLook = now
  }

  /// How long it has done nothing up to the last look.
  var idleMicroseconds: Int64 { lastLook - lastActivity }

  /// Takes a look at output and progress over.
  ///
  /// - Returns: whether there was news.
  mutating func take(_ mark: ActivityMonitor.Snapshot, at now: Int64) -> Bool {
    lastLook = now
    guard mark != self.mark else { return false }
    self.mark = mark
    lastActivity = now
    return true
  }

  /// Takes a reading of the processor time over; nil where it is not known, which counts as
  /// activity.
  mutating func take(processorMicroseconds time: UInt64?, at now: Int64) {
    guard let time else {
      processor = nil
      lastActivity = now
      return
    }
    guard let last = processor else {
      processor = (time, now)
      return
    }
    // Less than before is news as well: without a cgroup it is a sum over processes that live.
    let used = time < last.microseconds ? Int64.max : Int64(clamping: time - last.microseconds)
    if used >= max(1, (now - last.at) / Self.idleShare) { lastActivity = now }
    processor = (time, now)
  }

  /// The time since the last look does not count: the run stood still by request.
  mutating func skip(to now: Int64) {
    lastActivity += now - lastLook
    lastLook = now
  }
}
