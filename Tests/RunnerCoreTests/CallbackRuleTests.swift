import Testing

@testable import RunnerCore

/// When callbacks are tried again, as a rule of values.
struct CallbackRuleTests {
  private static let since = Timestamp(microseconds: 1_700_000_000_000_000)
  private let schedule = BackoffSchedule()

  /// Seconds until the next try; nil for none.
  private func wait(
    _ result: CallbackResult, tries: Int = 1, after seconds: Double = 0, chance: Double = 0.5
  ) -> Double? {
    let now = Self.since.adding(seconds: seconds)
    let state = schedule.state(
      after: result, tries: tries, since: Self.since, at: now, chance: chance)
    guard case .scheduled(let at) = state else { return nil }
    return Double(at.microseconds - now.microseconds) / 1_000_000
  }

  private func answer(_ status: Int, retryAfter: Int? = nil) -> CallbackResult {
    .answered(status: status, retryAfterSeconds: retryAfter)
  }

  @Test func `each failure waits longer, and after the last it is given up`() {
    let waits = (1...9).map { wait(.failed(.connection), tries: $0) }
    #expect(waits == [1, 5, 30, 120, 600, 3600, 7200, 14_400, nil])
  }

  @Test func `chance moves a wait by a fifth and no more`() {
    #expect(wait(.failed(.connection), tries: 3, chance: 0) == 24)
    #expect(wait(.failed(.connection), tries: 3, chance: 1) == 36)
  }

  @Test(arguments: [200, 201, 204, 299])
  func `two hundreds are delivered`(status: Int) {
    let state = schedule.state(
      after: answer(status), tries: 1, since: Self.since, at: Self.since, chance: 0)
    #expect(state == .delivered)
  }

  @Test(arguments: [100, 301, 302, 307, 400, 404, 500])
  func `everything else is tried again`(status: Int) {
    #expect(wait(answer(status)) == 1)
  }

  @Test(arguments: [429, 502, 503, 504])
  func `a receiver with too much to do is left alone for a minute`(status: Int) {
    #expect(wait(answer(status)) == 60)
    #expect(wait(answer(status), tries: 5) == 600)
    #expect(wait(.failed(.timeout)) == 60)
  }

  @Test func `a receiver may ask for more time, within an hour, and not for less`() {
    #expect(wait(answer(503, retryAfter: 90)) == 90)
    #expect(wait(answer(503, retryAfter: 5)) == 60)
    #expect(wait(answer(500, retryAfter: 7)) == 7)
    #expect(wait(answer(429, retryAfter: 1_000_000)) == 3600)
    #expect(wait(answer(429, retryAfter: 1), tries: 7) == 7200)
  }

  @Test(arguments: [
    CallbackResult.answered(status: 410, retryAfterSeconds: 5), .failed(.address), .failed(.url),
    .failed(.job),
  ])
  func `what can only end the same is not tried again`(result: CallbackResult) {
    #expect(wait(result) == nil)
  }

  @Test func `no try is made after the time for it`() {
    #expect(wait(.failed(.connection), tries: 8, after: 70_000) == 14_400)
    #expect(wait(.failed(.connection), tries: 8, after: 73_000) == nil)
  }

  @Test func `the breaker opens after five failures in a row, ever longer, and closes at once`() {
    var breaker = CircuitBreaker()
    var pauses: [Double] = []
    for count in 1...14 {
      breaker = breaker.recording(.failed(.connection), at: Self.since)
      #expect(
        breaker.isOpen == (count >= 5)
          && breaker.concurrencyLimit(within: 2) == (count >= 5 ? 1 : 2))
      if let until = breaker.openUntil {
        pauses.append(Double(until.microseconds - Self.since.microseconds) / 1_000_000)
      }
    }
    #expect(pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60, 60])
    #expect(breaker.recording(.failed(.address), at: Self.since) == breaker, "nothing was learnt")
    #expect(breaker.recording(answer(404), at: Self.since) == CircuitBreaker())
    #expect(breaker.recording(answer(200), at: Self.since) == CircuitBreaker())
  }

  @Test(arguments: [
    ("http://Host/x", "http://host:80"), ("HTTPS://h.lan?q=1", "https://h.lan:443"),
    ("http://h:8080/a:9", "http://h:8080"), ("http://u:p@h/x", "http://h:80"),
    ("http://u@v@h:1#f", "http://h:1"), ("http://[::1]/x", "http://[::1]:80"),
    ("https://[FD00::1]:8443", "https://[fd00::1]:8443"),
  ])
  func `a receiver is scheme, host and port`(url: String, name: String) {
    #expect(CallbackURL.origin(of: url) == name)
  }

  @Test func `what is shown of a URL has no password, query and fragment`() {
    #expect(CallbackURL.redacted("http://u:p@h:1/a/b?token=x#y") == "http://h:1/a/b")
    #expect(CallbackURL.redacted("https://h") == "https://h")
    // Marks that join with what stands before them into one character of a text.
    #expect(CallbackURL.redacted("http://h/a?\u{301}token=x") == "http://h/a")
    #expect(CallbackURL.redacted("http://u:p@\u{301}h/a#\u{301}b") == "http://\u{301}h/a")
  }
}
