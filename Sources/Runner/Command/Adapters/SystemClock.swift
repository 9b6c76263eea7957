internal import Glibc
internal import RunnerCore

/// The core's `WallClock` port over the kernel's clocks: clock_gettime(2).
///
/// SAFETY: clock_gettime(2) writes one timespec, which is a local variable.
struct SystemClock: WallClock {
  func now() -> Timestamp { .systemNow() }

  func uptime() -> Int64 {
    var time = timespec()
    // Time in which the machine sleeps counts too: clients wait meanwhile.
    unsafe clock_gettime(CLOCK_BOOTTIME, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
  }

  func sleep(for duration: Duration) async {
    // A cancelled sleep ends early, as the port has it.
    try? await Task.sleep(for: duration)
  }
}
