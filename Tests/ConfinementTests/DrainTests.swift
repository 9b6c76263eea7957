import Glibc
import TestSupport
import Testing

/// A drain lets running jobs end by themselves, and the service ends after them.
struct DrainTests {
  /// Drains, ends the job by itself, and reads its outcome from the next service.
  private static func outcome(
    options: [String] = [], drain: (RunningServer) throws -> Void
  ) throws -> String? {
    let held = try HeldEntry()
    let first = try RunningServer(whitelist: [], options: options, config: held.config)
    let job = try held.start(on: first)
    try drain(first)
    _ = try first.process.logLine("no more jobs are taken, and none starts: 1 run, 0 wait")
    let refused = try first.client.post(#"{"command":"held","args":["x"]}"#)
    #expect(refused.status == 503)
    #expect(try first.job(job)["status"]?.string == "running", "it is read all the same")
    held.pipe.close()
    #expect(try first.process.child.wait() == .exited(0), "\(first.process.log)")
    let next = try RunningServer(
      whitelist: [], predecessor: first.process, config: held.config)
    let outcome = try next.finished(job).document["outcome"]?.string
    #expect(try next.stop() == .exited(0))
    return outcome
  }

  // Proves P-281.
  @Test func `SIGUSR1 and a request let a running job end`() throws {
    #expect(try Self.outcome { $0.process.child.send(SIGUSR1) } == "exited")
    let asked = try Self.outcome { server in
      let answer = try server.client.ask("POST", "/queue/drain", body: [])
      #expect(answer.status == 202)
    }
    #expect(asked == "exited")
  }

  // Proves P-281.
  @Test func `SIGTERM gives a running job the set time`() throws {
    let outcome = try Self.outcome(options: ["--drain-time", "3600"]) {
      $0.process.child.send(SIGTERM)
    }
    #expect(outcome == "exited")
  }

  // Twin of P-281.
  @Test func `a second SIGTERM, and the end of the set time, end what runs`() throws {
    for (time, signals) in [("3600", 2), ("1", 1)] {
      let held = try HeldEntry()
      let first = try RunningServer(
        whitelist: [], options: ["--drain-time", time], config: held.config)
      let job = try held.start(on: first)
      for _ in 0..<signals {
        first.process.child.send(SIGTERM)
        _ = try first.process.logLine("no more jobs are taken, and none starts")
      }
      #expect(try first.process.child.wait() == .exited(0), "\(first.process.log)")
      let next = try RunningServer(
        whitelist: [], predecessor: first.process, config: held.config)
      #expect(try next.finished(job).document["outcome"]?.string == "interrupted")
      #expect(try next.stop() == .exited(0))
    }
  }
}
