import Testing

@testable import RunnerCore

/// What does not become a job, and how the engine ends.
@Suite(.timeLimit(.minutes(30)))
struct JobEngineRefusalTests {
  @Test(arguments: ["/bin/A", "/bin/a ", "/bin//a", "a", "", "/bin/a/", "/bin/c"])
  func `a command that is not in the whitelist to the letter is refused`(command: String)
    async throws
  {
    let harness = EngineHarness(ManualLauncher())
    await #expect(throws: JobRefusal.notWhitelisted) { try await harness.submit(command: command) }
    await harness.engine.shutDown()
    #expect(harness.callbacks.count == 0)
  }

  @Test func `a callback that cannot be delivered is refused by name`() async throws {
    let harness = EngineHarness(ManualLauncher())
    await #expect(throws: JobRefusal.field("callback", "No.")) {
      try await harness.engine.submit(
        JobRequest(command: "/bin/a", arguments: [], callback: "http://bad/"))
    }
  }

  @Test func `no callback means that nobody is told`() async throws {
    let harness = EngineHarness(ManualLauncher())
    let job = try await harness.engine.submit(JobRequest(command: "/bin/a", arguments: []))
    _ = await harness.launcher.next()
    await harness.engine.shutDown()
    #expect(harness.engine.job(job.id)?.outcome == .stopped(code: nil))
    #expect(harness.callbacks.count == 0)
  }

  @Test func `shutting down ends what runs and what waits and refuses the rest`() async throws {
    var limits = EngineLimits()
    limits.runningMax = 2
    let harness = EngineHarness(ManualLauncher(), limits: limits)
    for _ in 1...5 { _ = try await harness.submit() }
    let running = [
      await harness.launcher.next()?.launchID, await harness.launcher.next()?.launchID,
    ]
    await harness.engine.shutDown()
    #expect(harness.launcher.terminated.sorted() == running.compactMap(\.self).sorted())
    #expect(harness.launcher.runningCount == 0)
    let delivered = await harness.callbacks.next(5)
    #expect(delivered.allSatisfy { $0.outcome == .stopped(code: nil) })
    await #expect(throws: JobRefusal.shuttingDown) { try await harness.submit() }
    await harness.engine.shutDown()
    #expect(harness.callbacks.count == 5)
    #expect(harness.log.problems == [])
  }

  @Test func `a job that was just accepted does not outlive a stop`() async throws {
    let harness = EngineHarness(ManualLauncher())
    let id = try await harness.engine.submitAndShutDown()
    #expect(harness.engine.job(id)?.outcome == .stopped(code: nil))
    #expect(harness.launcher.runningCount == 0)
  }

  @Test func `an idle engine shuts down at once`() async {
    await EngineHarness(ManualLauncher()).engine.shutDown()
  }

  @Test(arguments: [JobOutcome.exited(code: 0), .cancelled(code: nil), .lost])
  func `illegal transitions throw and name both sides`(outcome: JobOutcome) throws {
    let finished = JobState.finished(outcome)
    for (state, event) in [
      (JobState.running, JobEvent.started(epoch: 1)), (finished, .started(epoch: 1)),
      (finished, .ended(outcome)), (finished, .ended(.lost)), (.queued, .requeued),
      (finished, .requeued),
    ] {
      #expect(throws: IllegalTransitionError(from: state, event: event)) {
        try state.applying(event)
      }
    }
    #expect(try JobState.queued.applying(.started(epoch: 1)) == .running)
    #expect(try JobState.queued.applying(.ended(outcome)) == finished)
    #expect(try JobState.running.applying(.ended(outcome)) == finished)
  }

  @Test func `what execve and the wire cannot carry is refused by field`() throws {
    let fits = String(repeating: "x", count: JobRequest.argumentBytesMax - 1)
    let many = Array(repeating: "", count: JobRequest.argumentCountMax)
    let url = String(repeating: "u", count: JobRequest.callbackBytesMax)
    _ = try JobRequest(command: "/bin/a", arguments: [fits], callback: url)
    _ = try JobRequest(command: "/bin/a", arguments: many)
    let refusals: [(String, String, [String], String?)] = [
      ("command", "/bin/a\0", [], nil), ("args", "/bin/a", ["x\0y"], nil),
      ("args", "/bin/a", [fits + "x"], nil), ("args", "/bin/a", many + [""], nil),
      ("callback", "/bin/a", [], url + "u"),
    ]
    for (field, command, arguments, callback) in refusals {
      do throws(JobRefusal) {
        _ = try JobRequest(command: command, arguments: arguments, callback: callback)
        Issue.record("\(field) was taken")
      } catch {
        guard case .field(field, let why) = error else {
          Issue.record("\(error)")
          continue
        }
        #expect(why.hasSuffix("."))
      }
    }
  }
}

extension JobEngine {
  /// Both in one turn of the actor: the job's task has had no chance to begin.
  func submitAndShutDown() async throws -> JobID {
    let job = try await submit(JobRequest(command: "/bin/a", arguments: []))
    await shutDown()
    return job.id
  }
}
