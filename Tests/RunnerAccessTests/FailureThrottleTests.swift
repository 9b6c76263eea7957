import RunnerAccess
import Testing

struct FailureThrottleTests {
  @Test func `each further failure is held back twice as long, up to five seconds`() {
    var throttle = FailureThrottle<Int>()
    let delays = (0..<10).map { _ in throttle.failed(1, at: .zero) }
    #expect(delays[0] == .milliseconds(100) && delays[1] == .milliseconds(200))
    #expect(delays[9] == .seconds(5))
    #expect(throttle.failed(2, at: .zero) == .milliseconds(100), "another address begins anew")
  }

  @Test func `a failure is forgotten after a minute`() {
    var throttle = FailureThrottle<Int>()
    for _ in 0..<3 { _ = throttle.failed(1, at: .zero) }
    #expect(throttle.failed(1, at: .seconds(125)) == .milliseconds(200))
    #expect(throttle.failed(1, at: .seconds(3600)) == .milliseconds(100))
  }

  @Test func `addresses without end take a bounded table`() {
    var throttle = FailureThrottle<Int>(addressesMax: 64)
    for address in 0..<100_000 { _ = throttle.failed(address, at: .milliseconds(address)) }
    #expect(throttle.count <= 64)
    #expect(throttle.failed(99_999, at: .seconds(100)) == .milliseconds(200), "newest are known")
  }
}
