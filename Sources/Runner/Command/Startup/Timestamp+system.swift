internal import Glibc
internal import RunnerCore

extension Timestamp {
  /// What the wall clock shows: CLOCK_REALTIME of clock_gettime(2).
  static func systemNow() -> Timestamp {
    var time = timespec()
    // SAFETY: clock_gettime(2) writes one timespec, which is a local variable. It cannot fail: the
    // clock exists.
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
  }
}
