import Synchronization

/// Watches jobs of a shared store that other processes have, for those that follow them here or
/// wait for their end: by one question for all of them each second. Nothing is asked while none is
/// watched.
final class ElsewhereWatch: Sendable {
  /// Called with the stage of the job, nil where the store does not have it.
  typealias Action = @Sendable (StageStatus?) -> Void

  fileprivate struct StageObserver {
    var last: StageStatus?
    /// Whether the end alone is of interest, once.
    let isForEnd: Bool
    let action: Action
  }

  fileprivate struct State {
    var watchers: [JobID: [UInt64: StageObserver]] = [:]
    var isRunning = false
  }

  /// Jobs in one question.
  private static let batchMax = 500

  private let store: any JobStore
  private let clock: any WallClock
  /// Between two questions.
  private let interval: Duration
  private let state = Mutex(State())

  init(_ store: any JobStore, _ clock: any WallClock, interval: Duration) {
    self.store = store
    self.clock = clock
    self.interval = interval
  }

  /// Calls `action` once when the job has ended, or is not in the store.
  func observeEnd(_ observer: JobObserver, _ action: @escaping @Sendable () -> Void) {
    add(observer, StageObserver(last: nil, isForEnd: true, action: { _ in action() }))
  }

  /// Calls `action` when the job has come to another stage than `last`.
  func observeStages(
    _ observer: JobObserver, after last: StageStatus?, _ action: @escaping Action
  ) {
    add(observer, StageObserver(last: last, isForEnd: false, action: action))
  }

  func remove(_ observer: JobObserver) {
    state.withLock { state in
      state.watchers[observer.job]?[observer.watcherID] = nil
      if state.watchers[observer.job]?.isEmpty == true { state.watchers[observer.job] = nil }
    }
  }

  private func add(_ observer: JobObserver, _ watcher: StageObserver) {
    let starts = state.withLock { state in
      state.watchers[observer.job, default: [:]][observer.watcherID] = watcher
      defer { state.isRunning = true }
      return !state.isRunning
    }
    // It may have ended just now: the first look is at once.
    Task {
      await look(at: [observer.job])
      if starts { await run() }
    }
  }

  private func run() async {
    while true {
      await clock.sleep(for: interval)
      let ids = state.withLock { state in
        state.isRunning = !state.watchers.isEmpty
        return Array(state.watchers.keys)
      }
      guard !ids.isEmpty else { return }
      for start in stride(from: 0, to: ids.count, by: Self.batchMax) {
        await look(at: Array(ids[start...].prefix(Self.batchMax)))
      }
    }
  }

  private func look(at ids: [JobID]) async {
    do throws(StoreFailure) {
      let stages = try await store.stages(of: ids)
      for action in state.withLock({ $0.takeActions(of: ids, stages) }) { action() }
    } catch {
      // The next look asks again.
    }
  }
}

extension ElsewhereWatch.State {
  /// The actions of those for whom there is news.
  fileprivate mutating func takeActions(
    of ids: [JobID], _ stages: [JobID: StageStatus]
  ) -> [@Sendable () -> Void] {
    var actions: [@Sendable () -> Void] = []
    for id in ids {
      let stage = stages[id]
      let isOver = stage == nil || stage?.status == .finished
      for (number, watcher) in watchers[id] ?? [:]
      where watcher.isForEnd ? isOver : watcher.last != stage {
        actions.append { watcher.action(stage) }
        watchers[id]?[number]?.last = stage
        if isOver { watchers[id]?[number] = nil }
      }
      if watchers[id]?.isEmpty == true { watchers[id] = nil }
    }
    return actions
  }
}
