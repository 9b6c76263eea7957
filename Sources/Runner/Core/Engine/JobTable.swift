import Synchronization

/// Live jobs and recently ended ones, by id: written by the engine alone, readable from any thread,
/// so that a look-up costs neither a task nor a suspension.
final class JobTable: Sendable {
  /// Boxes a job: unused capacity of the table would otherwise be as large as jobs.
  private final class Box {
    var job: LiveJob

    init(_ job: LiveJob) { self.job = job }
  }

  /// Action of an observer.
  private enum Action {
    /// Called once, when the job ends or leaves the table.
    case end(@Sendable () -> Void)
    /// Called with the job after each change, and with nil when the job leaves the table.
    case change(@Sendable (Job?) -> Void)

    var end: (@Sendable () -> Void)? { if case .end(let action) = self { action } else { nil } }
    var change: (@Sendable (Job?) -> Void)? {
      if case .change(let action) = self { action } else { nil }
    }
  }

  private struct State {
    var jobs: [JobID: Box] = [:]
    /// That of the newest state of any job.
    var revision: UInt64 = 0
    /// Observers of each job, by `JobObserver.watcherID`.
    var observers: [JobID: [UInt64: Action]] = [:]
    /// Jobs that have not ended and have a callback, by the origin of its URL, and in all.
    var promised: [String: Int] = [:]
    var promisedCount = 0

    /// Counts a job before and after a change; nil where it is not in the table.
    mutating func countPromises(of old: Job?, _ new: Job?) {
      let wasPromised = old?.promisesCallback == true
      guard wasPromised != (new?.promisesCallback == true),
        let url = (old ?? new)?.request.callback
      else { return }
      let origin = CallbackURL.origin(of: url)
      let count = promised[origin, default: 0] + (wasPromised ? -1 : 1)
      promised[origin] = count > 0 ? count : nil
      promisedCount += wasPromised ? -1 : 1
    }

    func changeActions(of id: JobID) -> [@Sendable (Job?) -> Void] {
      observers.isEmpty ? [] : observers[id]?.values.compactMap(\.change) ?? []
    }

    mutating func removeEndActions(of id: JobID) -> [@Sendable () -> Void] {
      guard let actions = observers[id] else { return [] }
      let rest = actions.filter { $0.value.end == nil }
      observers[id] = rest.isEmpty ? nil : rest
      return actions.values.compactMap(\.end)
    }
  }

  /// Changes of all jobs. Told under the lock, so that they come in the order in which they were.
  let changes = JobChangeLog()
  private let state = Mutex(State())
  private let lastObserver = Atomic<UInt64>(0)

  func job(_ id: JobID) -> LiveJob? {
    state.withLock { $0.jobs[id]?.job }
  }

  func put(_ job: LiveJob) {
    let actions = state.withLock { state in
      var job = job
      state.revision += 1
      job.revision = state.revision
      state.countPromises(of: state.jobs[job.job.id]?.job.job, job.job)
      if let box = state.jobs[job.job.id] {
        box.job = job
      } else {
        state.jobs[job.job.id] = Box(job)
      }
      changes.record(job)
      return state.changeActions(of: job.job.id)
    }
    for action in actions { action(job.job) }
  }

  func remove(_ id: JobID) {
    // What it held is let go outside of the lock.
    let (_, changes, ends) = state.withLock { state in
      let removed = state.jobs.removeValue(forKey: id)?.job
      state.countPromises(of: removed?.job, nil)
      return (removed, state.changeActions(of: id), state.removeEndActions(of: id))
    }
    for action in changes { action(nil) }
    for action in ends { action() }
  }

  /// Removes a job that another process has. Those that watch it are called with nil; those that
  /// wait for its end are not.
  ///
  /// - Returns: the latter.
  func handOver(_ id: JobID) -> [(observer: JobObserver, action: @Sendable () -> Void)] {
    let ends = state.withLock { state in
      let ends = (state.observers[id] ?? [:]).compactMap { number, action in
        action.end.map { (observer: JobObserver(job: id, watcherID: number), action: $0) }
      }
      _ = state.removeEndActions(of: id)
      return ends
    }
    remove(id)
    return ends
  }

  /// Removes a job that is not in the store any more.
  func forget(_ id: JobID) {
    remove(id)
    changes.recordForgotten(id)
  }

  /// Callbacks of jobs that have not ended: all, and those to the receiver of `url`.
  func promisedCallbacks(besides url: String?) -> PromisedCallbacks {
    guard let url else { return PromisedCallbacks() }
    return state.withLock { state in
      PromisedCallbacks(
        all: state.promisedCount, toReceiver: state.promised[CallbackURL.origin(of: url)] ?? 0)
    }
  }

  /// Jobs that have not ended.
  var live: [LiveJob] {
    state.withLock { $0.jobs.values.map(\.job).filter { !$0.job.hasEnded } }
  }

  /// Notes each job that runs as one that changed, for a log that begins.
  func recordRunning() {
    state.withLock { state in
      for box in state.jobs.values where box.job.job.state == .running { changes.record(box.job) }
    }
  }

  /// Notifies observers of the end of `id`, once all of it can be read.
  func announceEnd(of id: JobID) {
    for action in state.withLock({ $0.removeEndActions(of: id) }) { action() }
  }

  /// A new observer without an action.
  func newObserver(of id: JobID) -> JobObserver {
    JobObserver(job: id, watcherID: lastObserver.wrappingAdd(1, ordering: .relaxed).newValue)
  }

  /// Calls `action` once, when `id` has ended or leaves the table, until `stopObserving`.
  ///
  /// - Returns: nil when there is no end to wait for: the job has ended, or is not known.
  func observeEnd(of id: JobID, _ action: @escaping @Sendable () -> Void) -> JobObserver? {
    let observer = newObserver(of: id)
    return state.withLock { state in
      guard let job = state.jobs[id]?.job, !job.job.hasEnded else { return nil }
      state.observers[id, default: [:]][observer.watcherID] = .end(action)
      return observer
    }
  }

  /// Calls `action` with the job after each change of it, and with nil when it leaves the table, on
  /// the thread that makes the change, until `stopObserving`.
  ///
  /// - Returns: the job before the first change that is reported; nil where there is none.
  func watch(_ observer: JobObserver, _ action: @escaping @Sendable (Job?) -> Void) -> Job? {
    state.withLock { state in
      guard let job = state.jobs[observer.job]?.job.job else { return nil }
      state.observers[observer.job, default: [:]][observer.watcherID] = .change(action)
      return job
    }
  }

  /// Removes `observer`: its action is not called any more, unless a call is in progress.
  func stopObserving(_ observer: JobObserver) {
    state.withLock { state in
      state.observers[observer.job]?[observer.watcherID] = nil
      if state.observers[observer.job]?.isEmpty == true { state.observers[observer.job] = nil }
    }
  }
}
