import SharedBounds

/// Results of jobs: their program writes beside each target, and the target appears when the job
/// has succeeded by what its entry says of that.
extension JobEngine {
  /// Runs a job, and settles what it made.
  func runToResults(
    _ live: LiveJob, _ output: OutputCapture, _ accounting: JobAccounting
  ) async -> LaunchResult {
    let rules = entries[live.entry].results
    let files: [JobResultFile]
    do throws(JobRefusal) {
      files = JobResultFile.all(
        try ports.whitelist.outputs(of: live.job.request), of: live.job.id)
    } catch {
      return .ended(.launchFailed(Self.failure(error)))
    }
    guard !files.isEmpty || rules.judges else { return await run(live, [output], accounting) }
    if let result = await prepare(files, of: live, rules, accounting) { return result }
    let phrases = PhraseDetector(rules.stderrMustNot)
    let result = await run(
      live, [output] + (rules.stderrMustNot.isEmpty ? [] : [phrases]), accounting,
      arguments: files.isEmpty
        ? nil : JobResultFile.arguments(live.job.request.argumentBytes, with: files))
    guard case .ended(let outcome) = result else { return result }
    var run = ResultRun(live: live, rules: rules, files: files)
    guard case .exited(let code) = outcome, rules.successCodes.contains(code) else {
      await discard(&run)
      return conclude(run, outcome, accounting)
    }
    if let phrase = phrases.found {
      run.failure = LaunchFailure(
        step: "stderr", .invalid,
        message: "The program exited with \(code), and its standard error has `\(phrase)`.")
    } else {
      await check(&run)
    }
    guard run.failure == nil, !run.isCancelled else {
      await discard(&run)
      return conclude(run, run.isCancelled ? .cancelled(code: code) : outcome, accounting)
    }
    guard await recordSuccess(of: run, code) else { return result }
    await publish(&run)
    return conclude(run, outcome, accounting)
  }

  /// What a job of an earlier process may have left beside its targets; empty where it never ran,
  /// and where policy does not allow it any more.
  func unfinishedFiles(of live: LiveJob) -> [JobResultFile] {
    guard live.job.startedAt != nil else { return [] }
    do throws(JobRefusal) {
      return JobResultFile.all(
        try ports.whitelist.outputs(of: live.job.request), of: live.job.id)
    } catch {
      return []
    }
  }

  /// Settles what a job of an earlier process left: it goes on where that one did not come to the
  /// end, and removes what a job left that did not succeed.
  ///
  /// - Returns: how the job ended, and what became of its results.
  func settleUnfinished(
    _ live: LiveJob, _ files: [JobResultFile], _ outcome: JobOutcome
  ) async -> (JobOutcome, JobAccounting.Record) {
    var run = ResultRun(live: live, rules: entries[live.entry].results, files: files)
    run.isRecovered = true
    let accounting = JobAccounting()
    guard let code = live.job.successCode else {
      await discard(&run)
      return (conclude(run, outcome, accounting).outcome, accounting.recorded)
    }
    await publish(&run)
    return (conclude(run, .exited(code: code), accounting).outcome, accounting.recorded)
  }

  // MARK: Before the run

  /// - Returns: how the job ends without a run; nil where it is to run.
  private func prepare(
    _ files: [JobResultFile], of live: LiveJob, _ rules: EntryResults, _ accounting: JobAccounting
  ) async -> LaunchResult? {
    var run = ResultRun(live: live, rules: rules, files: files)
    for file in files {
      switch await settle(.prepare, file, of: live) {
      case .exists where rules.existing == .refuse:
        return .ended(
          .launchFailed(
            LaunchFailure(step: "result", .exists, message: "The target \(file.path) exists.")))
      case .exists where rules.existing == .keep:
        run.records.append(ResultRecord(path: file.path, .kept))
      case .failed(let errno, let name, let message):
        return .ended(
          .launchFailed(
            LaunchFailure(step: "result", errno: errno, name: name, message: message)))
      case .unanswered:
        return .ended(
          .launchFailed(
            LaunchFailure(
              step: "result", .timedOut,
              message: "\(file.path): \(ResultAnswer.unanswered.sentence)")))
      // As a launch that a stop overtakes: the next process runs it.
      case .gone: return isShuttingDown ? .notStarted : .ended(.lost)
      default: break
      }
    }
    guard !files.isEmpty, run.records.count == files.count else { return nil }
    let result = conclude(run, .exited(code: 0), accounting)
    // Nothing ran: what codes of the program are a success says nothing of that.
    var record = accounting.recorded
    record.hasSucceeded = true
    accounting.record(record)
    return result
  }

  // MARK: Judging

  /// Has each result judged by the entry's check, as a job of another entry.
  private func check(_ run: inout ResultRun) async {
    guard let check = run.rules.check else { return }
    // A check that opens a pipe would wait for as long as its entry lets it.
    for file in run.files {
      switch await settle(.look, file, of: run.live) {
      case .exists: continue
      case .missing: run.fail(.noEntry, "The program wrote no file for \(file.path).")
      case .unusable: run.failUnusable(file)
      case let answer: run.fail(.inputOutput, "\(file.path): \(answer.sentence)")
      }
      return
    }
    let perFile = check.arguments.contains { $0.contains(EntryResults.Check.pathPlaceholder) }
    for path in perFile ? run.files.map(\.temporaryPath) : [""] {
      let arguments = check.arguments.map {
        $0.replacing(EntryResults.Check.pathPlaceholder, with: path)
      }
      let output = CheckOutput()
      let outcome = await runCheck(check.entry, arguments, of: run.live, output)
      if isShuttingDown || table.job(run.live.job.id)?.isEnding == true {
        run.isCancelled = true
        return
      }
      guard outcome != .exited(code: 0) else { continue }
      let line = output.line
      let end = outcome.failure?.message ?? "It ended: \(outcome.name) \(outcome.code ?? 0)."
      run.failure = LaunchFailure(
        step: "check", .invalid,
        message: "The check by \(check.entry) failed. \(end)\(line.isEmpty ? "" : " \(line)")")
      return
    }
  }

  private func runCheck(
    _ name: String, _ arguments: [String], of live: LiveJob, _ output: CheckOutput
  ) async -> JobOutcome {
    while true {
      if isShuttingDown || table.job(live.job.id)?.isEnding == true { return .cancelled(code: nil) }
      let row: Int
      do throws(JobRefusal) {
        let request = try JobRequest(command: name, arguments: arguments)
        row = entries.row(at: try ports.whitelist.entry(for: request))
      } catch {
        return .launchFailed(Self.failure(error))
      }
      guard let entry = entries.id(of: row), var current = table.job(live.job.id) else {
        return .launchFailed(Self.failure(.notWhitelisted))
      }
      // A cancel, and the stop of the service, end the check then.
      current.launchID = nextLaunchID()
      table.put(current)
      let order = LaunchOrder(
        launchID: current.launchID, entry: entry, arguments: arguments, demands: JobDemands(),
        wallClockSeconds: entries[row].wallClockSeconds, secondsLeft: secondsLeft(of: live),
        observers: [output], accounting: JobAccounting())
      let result = await ports.launcher.run(order)
      guard result == .retired else { return result.outcome }
      await waitForReload(after: entry.generation)
    }
  }

  /// - Returns: false where another process owns the job now.
  private func recordSuccess(of run: ResultRun, _ code: UInt8) async -> Bool {
    guard !run.files.isEmpty else { return true }
    let job = run.live.job
    do throws(StoreFailure) {
      try await ports.store.recordSuccess(of: job.id, epoch: job.epoch, code: code)
      return true
    } catch .fenced {
      return false
    } catch {
      // A crash before its end is kept would show it as interrupted; its results are whole.
      ports.log.log(
        .warning, "result.success_not_kept",
        "job \(job.id) succeeded, and the store could not note it: the store \(error)",
        ["job": "\(job.id)", "error": "\(error)"])
      return true
    }
  }

  // MARK: After the run

  /// Gives the results their names, until one has none.
  private func publish(_ run: inout ResultRun) async {
    for file in run.files {
      guard run.failure == nil else {
        await discard(file, &run)
        continue
      }
      let answer = await settle(.publish, file, of: run.live)
      var record = ResultRecord(path: file.path, .published)
      switch answer {
      case .published(let bytes, let note):
        record.bytes = bytes
        record.message = note
      // It may have had its name already when the earlier process ended.
      case .missing where run.isRecovered:
        guard await settle(.prepare, file, of: run.live) == .exists else {
          run.fail(.noEntry, "The program wrote no file for \(file.path).")
          record.outcome = .missing
          break
        }
      case .exists where run.rules.existing == .keep:
        await discard(file, &run, as: .kept)
        continue
      case .exists:
        run.fail(.exists, "The target \(file.path) appeared while the job ran.")
        await discard(file, &run, as: .refused)
        continue
      case .missing:
        run.fail(.noEntry, "The program wrote no file for \(file.path).")
        record.outcome = .missing
      case .unusable:
        run.failUnusable(file)
        await discard(file, &run)
        continue
      case .gone:
        unsettled.insert(run.live.job.id)
        return
      case .unanswered:
        record.outcome = .failed
        record.message =
          "\(answer.sentence) It is not known whether it has its name, or is still at "
          + "\(file.temporaryPath)."
        run.fail(.timedOut, "\(file.path): \(record.message)")
      default:
        let message = answer.sentence
        run.fail(.inputOutput, "\(file.path) could not be given its name: \(message)")
        await discard(file, &run)
        continue
      }
      run.records.append(record)
    }
  }

  private func discard(_ run: inout ResultRun) async {
    for file in run.files { await discard(file, &run) }
  }

  private func discard(
    _ file: JobResultFile, _ run: inout ResultRun, as outcome: ResultRecord.Outcome = .discarded
  ) async {
    var record = ResultRecord(path: file.path, outcome)
    if run.rules.keepsPartial, outcome != .kept {
      await keep(file, &run, record)
      return
    }
    switch await settle(.discard, file, of: run.live) {
    case .removed: break
    case .missing where outcome == .discarded: record.outcome = .missing
    case .missing: break
    case .gone: unsettled.insert(run.live.job.id)
    case let answer:
      record.outcome = .failed
      record.partialPath = file.temporaryPath
      record.message = answer.sentence
      ports.log.log(
        .warning, "result.left",
        "job \(run.live.job.id): an unfinished result is left at \(file.temporaryPath): "
          + answer.sentence,
        ["job": "\(run.live.job.id)", "path": .text(file.temporaryPath)])
    }
    run.records.append(record)
  }

  /// Leaves what is under the temporary name, and says so where there is something.
  private func keep(_ file: JobResultFile, _ run: inout ResultRun, _ judged: ResultRecord) async {
    var record = judged
    switch await settle(.look, file, of: run.live) {
    case .exists, .unusable:
      if record.outcome == .discarded { record.outcome = .partial }
      record.partialPath = file.temporaryPath
    case .missing:
      if record.outcome == .discarded { record.outcome = .missing }
    case .gone: unsettled.insert(run.live.job.id)
    case let answer:
      record.outcome = .failed
      record.message =
        "Whether something is left at \(file.temporaryPath) is not known: \(answer.sentence)"
    }
    run.records.append(record)
  }

  private func conclude(
    _ run: ResultRun, _ outcome: JobOutcome, _ accounting: JobAccounting
  ) -> LaunchResult {
    guard !unsettled.contains(run.live.job.id) else { return .ended(.lost) }
    let end = run.failure.map { JobOutcome.rejected($0) } ?? outcome
    var record = accounting.recorded
    record.results = run.records
    if case .exited(let code) = end {
      record.hasSucceeded = run.rules.successCodes.contains(code)
    } else {
      record.hasSucceeded = false
    }
    accounting.record(record)
    return .ended(end)
  }

  /// Passes an order to the launcher: once more where a reload replaced the entry.
  private func settle(
    _ action: ResultOrder.Action, _ file: JobResultFile, of live: LiveJob
  ) async -> ResultAnswer {
    guard let publisher = ports.results else { return .gone }
    while true {
      guard let entry = entries.id(of: live.entry) else {
        return .failed(
          errno: ErrorNumber.notPermitted.rawValue, name: ErrorNumber.notPermitted.name,
          message: "The entry is not in the configuration any more.")
      }
      let answer = await publisher.settle(
        ResultOrder(action, entry: entry, path: file.path, temporaryName: file.temporaryName))
      guard answer == .retired else { return answer }
      guard !isShuttingDown else { return .gone }
      await waitForReload(after: entry.generation)
    }
  }
}
