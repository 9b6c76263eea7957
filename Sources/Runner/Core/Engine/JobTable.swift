import Synchronization

/// Live jobs and recently ended ones, by id: written by the engine alone, readable from any thread,
/// so that a look-up costs neither a task nor a suspension.
final class JobTable: Sendable {
  /// Boxes a job: unused capacity of the table would otherwise be as large as jobs.
  private final class Box {
    var job: LiveJob

    init(_ job: LiveJob) { self.job = job }
  }

  private struct State {
    var jobs: [JobID: Box] = [:]
    /// Observers of the end of a job, by observer id.
    var observers: [JobID: [UInt64: @Sendable () -> Void]] = [:]
    /// Watchers of all changes of a job, by watcher id.
    var watchers: [JobID: [UInt64: @Sendable (Job?) -> Void]] = [:]

    func watchers(of id: JobID) -> [UInt64: @Sendable (Job?) -> Void]? {
      watchers.isEmpty ? nil : watchers[id]
    }
  }

  private let state = Mutex(State())
  private let lastWatcherID = Atomic<UInt64>(0)

  func job(_ id: JobID) -> LiveJob? {
    state.withLock { $0.jobs[id]?.job }
  }

  func put(_ job: LiveJob) {
    let watchers = state.withLock { state in
      if let box = state.jobs[job.job.id] {
        box.job = job
      } else {
        state.jobs[job.job.id] = Box(job)
      }
      return state.watchers(of: job.job.id)
    }
    for watcher in watchers?.values ?? [:].values { watcher(job.job) }
  }

  func remove(_ id: JobID) {
    // The job is released outside of the lock.
    let (_, watchers) = state.withLock { state in
      (state.jobs.removeValue(forKey: id)?.job, state.watchers(of: id))
    }
    for watcher in watchers?.values ?? [:].values { watcher(nil) }
  }

  /// Jobs that have not ended.
  var live: [LiveJob] {
    state.withLock { $0.jobs.values.map(\.job).filter { !$0.job.hasEnded } }
  }

  /// Notifies observers of the end of `id`, once all of it can be read.
  func announceEnd(of id: JobID) {
    let observers = state.withLock { $0.observers.removeValue(forKey: id) }
    for observer in observers?.values ?? [:].values { observer() }
  }

  /// - Returns: false when there is no end to wait for: the job has ended, or is not known.
  func observeEnd(
    of id: JobID, as observer: UInt64, _ action: @escaping @Sendable () -> Void
  ) -> Bool {
    state.withLock { state in
      guard let job = state.jobs[id]?.job, !job.job.hasEnded else { return false }
      state.observers[id, default: [:]][observer] = action
      return true
    }
  }

  func stopObserving(_ id: JobID, as observer: UInt64) {
    state.withLock { state in
      state.observers[id]?[observer] = nil
      if state.observers[id]?.isEmpty == true { state.observers[id] = nil }
    }
  }

  /// A new, unique watcher id.
  func makeWatcherID() -> UInt64 { lastWatcherID.wrappingAdd(1, ordering: .relaxed).newValue }

  /// Calls `action` with the job after each change of it, and with nil when it leaves the table, on
  /// the thread that makes the change, until `stopWatching`.
  ///
  /// - Returns: the job before the first change that is told; nil where there is none.
  func watch(
    _ id: JobID, as watcher: UInt64, _ action: @escaping @Sendable (Job?) -> Void
  ) -> Job? {
    state.withLock { state in
      guard let job = state.jobs[id]?.job.job else { return nil }
      state.watchers[id, default: [:]][watcher] = action
      return job
    }
  }

  func stopWatching(_ id: JobID, as watcher: UInt64) {
    state.withLock { state in
      state.watchers[id]?[watcher] = nil
      if state.watchers[id]?.isEmpty == true { state.watchers[id] = nil }
    }
  }
}
