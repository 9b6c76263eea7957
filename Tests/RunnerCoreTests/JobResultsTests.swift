import CoreTestSupport
import RunnerCore
import SharedBounds
import Synchronization
import Testing

/// Results of jobs have their names when the job has succeeded, and not before.
@Suite(.timeLimit(.minutes(30)))
struct JobResultsTests {
  private static let target = "/out/a.mp4"

  private let results = ScriptedResults()

  private func harness(
    _ set: (inout EntryResults) -> Void = { _ in }, store: (any JobStore)? = nil,
    isRestartable: Bool = false
  ) -> EngineHarness<ManualLauncher> {
    var entry = EngineEntry(isRestartable: isRestartable)
    set(&entry.results)
    return EngineHarness(
      ManualLauncher(), store: store, entries: [entry, EngineEntry()],
      whitelist: ResultWhitelist(), results: results)
  }

  private func end(
    _ outcome: JobOutcome, stderr: String = "", on harness: EngineHarness<ManualLauncher>
  ) async throws -> JobSnapshot {
    let job = try await harness.submit([Self.target])
    let order = try #require(await harness.launcher.next())
    if !stderr.isEmpty { order.output.append(Array(stderr.utf8)[...], of: .stderr) }
    harness.launcher.end(order.launchID, outcome)
    await harness.end(of: job.id)
    return try #require(harness.engine.job(job.id))
  }

  // Proves P-440.
  @Test func `the program writes beside its target, and the target comes at the end`() async throws
  {
    let harness = harness()
    let job = try await harness.submit(["-x", Self.target])
    let order = try #require(await harness.launcher.next())
    let words = order.rawArguments.map { $0.map { String(decoding: $0, as: UTF8.self) } }
    #expect(
      words == ["-x", "/out/.http-runner-\(job.id)-0.mp4"])
    #expect(results.asked == ["prepare \(Self.target)"])
    harness.launcher.end(order.launchID)
    await harness.end(of: job.id)
    let ended = try #require(harness.engine.job(job.id))
    #expect(results.asked.last == "publish \(Self.target)" && results.temporaryNames.count == 1)
    #expect(ended.accounting.hasSucceeded == true && ended.outcome == .exited(code: 0))
    #expect(ended.accounting.results.map(\.outcome) == [.published])
    #expect(ended.request.arguments == ["-x", Self.target])
  }

  static let failures: [JobOutcome] = [
    .exited(code: 1), .signaled(signal: 9), .timedOut(code: 0, seconds: 1), .outOfMemory,
    .cancelled(code: 0), .overdue(code: 0), .filtered(call: "x"), .stopped(code: 0),
  ]

  // Proves P-440.
  @Test(arguments: failures)
  func `whatever else a job ends by, nothing is published`(_ outcome: JobOutcome) async throws {
    let ended = try await end(outcome, on: harness())
    #expect(results.asked == ["prepare \(Self.target)", "discard \(Self.target)"])
    #expect(ended.accounting.hasSucceeded == false)
    #expect(ended.accounting.results.map(\.outcome) == [.discarded])
  }

  // Proves P-442.
  @Test func `a phrase is found over the borders of pieces, and in one of them`() async throws {
    let rules: (inout EntryResults) -> Void = { $0.stderrMustNot = ["never", "ended early"] }
    let harness = harness(rules)
    let job = try await harness.submit([Self.target])
    let order = try #require(await harness.launcher.next())
    for piece in ["x en", "ded", " earl", "y\n", "more"] {
      order.output.append(Array(piece.utf8)[...], of: .stderr)
    }
    harness.launcher.end(order.launchID)
    await harness.end(of: job.id)
    let ended = try #require(harness.engine.job(job.id))
    guard case .rejected(let failure) = ended.outcome else {
      Issue.record("\(ended.outcome as Any)")
      return
    }
    #expect(failure.step == "stderr" && failure.message.contains("ended early"))
    #expect(ended.outcome?.code == nil && results.asked.last == "discard \(Self.target)")
    let other = try await end(.exited(code: 0), stderr: "ended  early, neve r", on: harness)
    #expect(other.outcome == .exited(code: 0))
  }

  // Proves P-442.
  @Test func `a check runs between the program and the name, and a cancel ends it`() async throws {
    let rules: (inout EntryResults) -> Void = {
      $0.check = .init(entry: "/bin/b", arguments: ["-v", "<{output}>"])
    }
    for (checked, outcome) in [
      (JobOutcome.exited(code: 0), "exited"), (.exited(code: 1), "rejected"),
      (.cancelled(code: nil), "cancelled"),
    ] {
      let harness = harness(rules)
      let job = try await harness.submit([Self.target])
      harness.launcher.end(try #require(await harness.launcher.next()).launchID)
      let check = try #require(await harness.launcher.next())
      #expect(check.entry.index == 1)
      #expect(check.arguments == ["-v", "</out/.http-runner-\(job.id)-0.mp4>"])
      if outcome == "cancelled" {
        _ = try await harness.engine.cancel(job.id)
        #expect(harness.launcher.terminated == [check.launchID])
      } else {
        check.output.append(Array("\n\u{1b}why\n".utf8)[...], of: .stderr)
        harness.launcher.end(check.launchID, checked)
      }
      await harness.end(of: job.id)
      let ended = try #require(harness.engine.job(job.id))
      #expect(ended.outcome?.name == outcome)
      if outcome == "rejected" {
        #expect(ended.outcome?.failure?.message.contains("why") == true)
      }
      let last = outcome == "exited" ? "publish" : "discard"
      #expect(results.asked.last == "\(last) \(Self.target)")
    }
  }

  // Proves P-441.
  @Test func `an existing target is refused, replaced or kept`() async throws {
    for (existing, runs, outcome) in [
      (EntryResults.ExistingRule.refuse, false, "launch_failed"), (.replace, true, "exited"),
      (.keep, false, "exited"),
    ] {
      let harness = harness {
        $0.existing = existing
        // What codes of the program are a success says nothing where it does not run.
        if existing == .keep { $0.successCodes = [3] }
      }
      results.answer(.prepare, .exists)
      let job = try await harness.submit([Self.target])
      if runs { harness.launcher.end(try #require(await harness.launcher.next()).launchID) }
      await harness.end(of: job.id)
      let ended = try #require(harness.engine.job(job.id))
      #expect(ended.outcome?.name == outcome, "\(existing)")
      #expect(harness.launcher.runningCount == 0)
      if existing == .keep {
        #expect(ended.accounting.results.map(\.outcome) == [.kept])
        #expect(ended.accounting.hasSucceeded == true)
      }
    }
  }

  // Proves P-441.
  @Test func `what cannot be given its name fails the job, and what is left is told`() async throws
  {
    for (answer, outcome) in [
      (ResultAnswer.exists, ResultRecord.Outcome.refused), (.missing, .missing),
      (.unusable, .discarded),
      (.failed(errno: 28, name: "ENOSPC", message: "full"), .discarded),
    ] {
      results.answer(.publish, answer)
      let ended = try await end(.exited(code: 0), on: harness())
      #expect(ended.outcome?.name == "rejected" && ended.accounting.hasSucceeded == false)
      #expect(ended.accounting.results.map(\.outcome) == [outcome])
    }
    results.answer(.discard, .failed(errno: 5, name: "EIO", message: "It is dead."))
    let harness = harness()
    let ended = try await end(.exited(code: 1), on: harness)
    let result = try #require(ended.accounting.results.first)
    #expect(result.outcome == .failed && result.message == "It is dead.")
    #expect(result.partialPath == "/out/.http-runner-\(ended.id)-0.mp4")
    #expect(harness.log.events.contains { $0.name == "result.left" })
  }

  // Proves P-441.
  @Test func `a name of which it is not known whether it was given is not denied`() async throws {
    results.answer(.publish, .unanswered)
    let ended = try await end(.exited(code: 0), on: harness())
    let record = try #require(ended.accounting.results.first)
    #expect(record.outcome == .failed && record.partialPath == nil)
    #expect(record.message.contains("not known") && ended.outcome?.name == "rejected")
    #expect(ended.outcome?.failure?.message.contains("not known") == true)
    #expect(results.asked.last == "publish \(Self.target)", "nothing is removed then")
  }

  @Test func `what is left of a failed job is told where there is something`() async throws {
    for (answer, outcome, isLeft) in [
      (ResultAnswer.exists, ResultRecord.Outcome.partial, true), (.unusable, .partial, true),
      (.missing, .missing, false), (.unanswered, .failed, false),
    ] {
      results.answer(.look, answer)
      let ended = try await end(.exited(code: 1), on: harness { $0.keepsPartial = true })
      let record = try #require(ended.accounting.results.first)
      #expect(record.outcome == outcome && (record.partialPath != nil) == isLeft, "\(answer)")
      #expect(results.asked.last == "look \(Self.target)")
    }
  }

  // Proves P-442.
  @Test(arguments: [ResultAnswer.missing, .unusable, .unanswered])
  func `a check does not begin with what cannot have the name`(
    _ answer: ResultAnswer
  ) async throws {
    results.answer(.look, answer)
    let ended = try await end(
      .exited(code: 0),
      on: harness { $0.check = .init(entry: "/bin/b", arguments: ["{output}"]) })
    #expect(ended.outcome?.name == "rejected" && ended.outcome?.failure?.step == "result")
    #expect(results.asked.suffix(2) == ["look \(Self.target)", "discard \(Self.target)"])
  }

  // Proves P-444.
  @Test func `a job of an earlier process that had succeeded gets its results`() async throws {
    let published = ResultAnswer.published(bytes: 1, note: "")
    for (code, answer, target, outcome, last) in [
      (UInt8?.some(0), published, ResultAnswer.absent, "exited", "publish"),
      // Its file has its name already, or was never written.
      (0, .missing, .exists, "exited", "prepare"), (0, .missing, .absent, "rejected", "prepare"),
      (nil, .removed, .absent, "interrupted", "discard"),
    ] {
      var job = Job(
        request: try JobRequest(
          command: "/bin/a", arguments: [Self.target], callback: "http://h/"),
        client: Principal(name: "c"), createdAt: Timestamp(microseconds: 1_600_000_000_000_000))
      try job.apply(.started(epoch: 3), at: job.createdAt)
      job.successCode = code
      let store = FailingStore(unfinishedJobs: [job])
      let harness = harness(store: store)
      results.answer(code == nil ? .discard : .publish, answer)
      results.answer(.prepare, target)
      _ = try await harness.engine.recover()
      #expect(await harness.callbacks.next(1).map { $0.outcome?.name } == [outcome])
      #expect(results.asked.last == "\(last) \(Self.target)")
      #expect(store.ended(job.id)?.accounting.hasSucceeded == (outcome == "exited"))
    }
  }

  // Proves P-444.
  @Test func `a second run begins without what the first left, and a lost launcher leaves it so`()
    async throws
  {
    var job = Job(
      request: try JobRequest(command: "/bin/a", arguments: [Self.target], callback: "http://h/"),
      client: Principal(name: "c"), createdAt: Timestamp(microseconds: 1_600_000_000_000_000))
    try job.apply(.started(epoch: 3), at: job.createdAt)
    let store = FailingStore(unfinishedJobs: [job])
    let harness = harness(store: store, isRestartable: true)
    _ = try await harness.engine.recover()
    let order = try #require(await harness.launcher.next())
    #expect(results.asked == ["discard \(Self.target)", "prepare \(Self.target)"])
    results.answer(.discard, .gone)
    harness.launcher.end(order.launchID, .lost)
    await harness.engine.shutDown(keepsWaiting: true)
    #expect(store.ended(job.id) == nil, "the next process settles it")
  }
}
