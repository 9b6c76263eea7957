import Glibc

/// The reason that goes with an error number.
package func errorText(_ code: CInt) -> String {
  unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
}

/// Seconds of the monotonic clock.
package func monotonicSeconds() -> Double {
  var time = timespec()
  _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// How many times slower this machine is than those that the tests' bounds were made for: 1 unless
/// `HTTP_RUNNER_TEST_SLOWNESS` says otherwise, as where `make vm-test` emulates every instruction.
package let slowness = Environment["HTTP_RUNNER_TEST_SLOWNESS"].flatMap { Double($0) } ?? 1

/// How long anything may take that is expected to happen at once. Far above what it takes on an
/// idle machine, so that a busy one does not fail a test.
package let patienceSeconds = 60.0 * slowness

private let pollMicroseconds: UInt32 = 4_000

/// Looks until there is an answer, and throws what was waited for if none comes in time.
package func waiting<Answer>(
  for what: String, seconds: Double = patienceSeconds, _ look: () throws -> Answer?
) throws -> Answer {
  let deadline = monotonicSeconds() + seconds
  while true {
    if let answer = try look() { return answer }
    guard monotonicSeconds() < deadline else {
      throw TestFailure("after \(seconds) s there is still not: \(what)")
    }
    usleep(pollMicroseconds)
  }
}

/// As above, for something that is true or not.
package func waiting(
  until what: String, seconds: Double = patienceSeconds, _ look: () throws -> Bool
) throws {
  _ = try waiting(for: what, seconds: seconds) { try look() ? true : nil }
}
