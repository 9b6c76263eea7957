import Glibc

/// How long this thread is at work on `body`, by the kernel's own account
/// (CLOCK_THREAD_CPUTIME_ID: clock_gettime(2)). What other threads and programs do is not in it.
package func threadSeconds(_ body: () throws -> Void) rethrows -> Double {
  let start = threadClock()
  try body()
  return threadClock() - start
}

private func threadClock() -> Double {
  var time = timespec()
  _ = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
