/// The life of every job: accepted, queued, run, ended, told, forgotten.
///
/// All of its world is behind ports (`Launching`, `CallbackDelivering`, `Logging`), so that its
/// tests need no kernel, disk or sleep.
package actor JobEngine {
  private let whitelist: any Admitting
  private let entries: [EngineEntry]
  private let limits: EngineLimits
  private let budget: OutputBudget
  private let launcher: any Launching
  private let callbacks: any CallbackDelivering
  private let log: any Logging

  private let jobs = JobTable()
  private var queue = JobQueue()
  private var running: Set<JobID> = []
  /// Running jobs of each entry.
  private var runningOf: [Int: Int] = [:]
  private var ended = FirstInFirstOut<JobID>()
  private var lastNumber: UInt64 = 0
  private var isShuttingDown = false
  private var idleWaiters: [CheckedContinuation<Void, Never>] = []

  /// - Parameters:
  ///   - whitelist: says which entry a request means.
  ///   - entries: in the launcher's order.
  package init(
    whitelist: any Admitting, entries: [EngineEntry], limits: EngineLimits, budget: OutputBudget,
    launcher: any Launching, callbacks: any CallbackDelivering, log: any Logging
  ) {
    self.whitelist = whitelist
    self.entries = entries
    self.limits = limits
    self.budget = budget
    self.launcher = launcher
    self.callbacks = callbacks
    self.log = log
  }

  /// Accepts one run, and starts it at once if there is room.
  ///
  /// - Throws: `JobRefusal` when it cannot become a job; nothing was kept of it then.
  package func submit(_ request: JobRequest) throws(JobRefusal) -> JobSnapshot {
    guard !isShuttingDown else { throw .shuttingDown }
    let entry = try whitelist.entry(for: request)
    if let url = request.callback, let problem = callbacks.problem(with: url) {
      throw .field("callback", problem)
    }
    lastNumber += 1
    let job = Job(
      number: lastNumber, request: request, entry: entry, of: entries[entry],
      outputBytesMax: limits.outputBytesMax, budget: budget)
    // Each argument takes room beside its text: without it, short ones would be almost free.
    let texts = request.arguments + request.demands.environment.map(\.value)
    let bytes = texts.reduce(request.callback?.utf8.count ?? 0) {
      $0 + MemoryLayout<String>.stride + $1.utf8.count
    }
    guard queue.append(job, bytes: bytes, limits: limits) else {
      throw .queueFull(limits.queuedMax)
    }
    jobs.add(job)
    let accepted = job.snapshot()
    startWaiting()
    return accepted
  }

  /// The job called `id`, or nil if there never was one or it was forgotten.
  package nonisolated func job(_ id: JobID) -> JobSnapshot? {
    jobs.job(id)?.snapshot()
  }

  /// Calls `action` once when job `id` has ended, on the engine's own thread: it must not block.
  ///
  /// - Parameter observer: unique among those who wait for this job.
  /// - Returns: false when there is no end to wait for; `action` is not called then.
  package nonisolated func observeEnd(
    of id: JobID, as observer: UInt64, _ action: @escaping @Sendable () -> Void
  ) -> Bool {
    jobs.observeEnd(of: id, as: observer, action)
  }

  /// `action` of this observer is not called any more, unless it is being called right now.
  package nonisolated func stopObserving(_ id: JobID, as observer: UInt64) {
    jobs.stopObserving(id, as: observer)
  }

  /// Takes no more jobs, ends those that live by the ladder, and returns when none is left.
  package func shutDown() async {
    isShuttingDown = true
    while let id = queue.popFirst() { finish(id, .cancelled(code: nil)) }
    for id in running {
      if let job = jobs.job(id) { launcher.terminate(job.number) }
    }
    guard !running.isEmpty else { return }
    await withCheckedContinuation { idleWaiters.append($0) }
  }

  private func startWaiting() {
    while running.count < limits.runningMax, let id = queue.popFirst(where: mayRun) {
      guard let job = jobs.job(id) else { continue }
      running.insert(id)
      runningOf[job.entry, default: 0] += 1
      apply(.started, to: id)
      let order = LaunchOrder(
        number: job.number, entry: job.entry, arguments: job.request.arguments,
        demands: job.request.demands, stdout: job.stdout, stderr: job.stderr, bill: job.bill)
      Task { [launcher] in
        // A stop that came before the launcher heard of this job had nothing to terminate.
        let outcome = isShuttingDown ? .cancelled(code: nil) : await launcher.run(order)
        self.end(id, outcome)
      }
    }
  }

  private func mayRun(_ entry: Int) -> Bool {
    guard let most = entries[entry].runningMax else { return true }
    return runningOf[entry, default: 0] < most
  }

  private func end(_ id: JobID, _ outcome: JobOutcome) {
    running.remove(id)
    if let job = jobs.job(id) { runningOf[job.entry, default: 1] -= 1 }
    finish(id, outcome)
    startWaiting()
    guard running.isEmpty, isShuttingDown else { return }
    for waiter in idleWaiters { waiter.resume() }
    idleWaiters = []
  }

  private func finish(_ id: JobID, _ outcome: JobOutcome) {
    apply(.ended(outcome), to: id)
    guard let job = jobs.job(id) else { return }
    job.stdout.finish()
    job.stderr.finish()
    jobs.announceEnd(of: id)
    if job.request.callback != nil { callbacks.deliver(job.snapshot()) }
    budget.retire(job.stdout)
    budget.retire(job.stderr)
    ended.append(id)
    while ended.count > limits.endedMax, let oldest = ended.popFirst() { forget(oldest) }
  }

  private func forget(_ id: JobID) {
    guard let job = jobs.remove(id) else { return }
    budget.forget(job.stdout)
    budget.forget(job.stderr)
  }

  private func apply(_ event: JobEvent, to id: JobID) {
    do throws(IllegalTransition) {
      try jobs.apply(event, to: id)
    } catch {
      log.log(.error, "job \(id): \(error.event) cannot follow \(error.from); ignored")
    }
  }
}
