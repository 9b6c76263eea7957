import Synchronization

/// Subscription to one job: its current state, its output from an offset, and a wake-up call on
/// changes.
///
/// It references the output of the job, and copies none of it. Releasing it ends the subscription.
package final class JobFeed: Sendable {
  private struct State {
    var job: Job?
    /// Whether the table has reported a change.
    var hasChanged = false
  }

  private let table: JobTable
  /// Identity of this subscription in the table, and of its waiters in the streams.
  private let observer: JobObserver
  private let wake: @Sendable () -> Void
  private let stdoutAhead: OutputReadAhead
  private let stderrAhead: OutputReadAhead
  /// Whether another process has the job, which lives, and nothing of what happens to it is heard
  /// here: the store is not a shared one.
  package let isElsewhere: Bool
  /// Where changes of jobs are heard of that other processes have; nil where there are none.
  private let elsewhere: ElsewhereSource?
  private let state: Mutex<State>

  /// The store that several processes share.
  struct ElsewhereSource: Sendable {
    let watch: ElsewhereWatch
    let store: any JobStore
  }

  /// - Parameter wake: called from any thread when there is something new, or may be; it must not
  ///   block.
  private init(
    _ job: Job, in table: JobTable, _ elsewhere: ElsewhereSource?, isElsewhere: Bool = false,
    wake: @escaping @Sendable () -> Void
  ) {
    self.isElsewhere = isElsewhere
    self.elsewhere = elsewhere
    self.table = table
    self.observer = table.newObserver(of: job.id)
    self.wake = wake
    self.stdoutAhead = OutputReadAhead(wake: wake)
    self.stderrAhead = OutputReadAhead(wake: wake)
    self.state = Mutex(State(job: job))
  }

  /// A job as the table has it, now and later.
  ///
  /// - Returns: nil where it has none.
  static func live(
    _ id: JobID, in table: JobTable, _ elsewhere: ElsewhereSource?,
    wake: @escaping @Sendable () -> Void
  ) -> JobFeed? {
    guard let job = table.job(id)?.job else { return nil }
    let feed = JobFeed(job, in: table, elsewhere, wake: wake)
    guard let job = table.watch(feed.observer, { [weak feed] in feed?.receive($0) }) else {
      return nil
    }
    feed.state.withLock { if !$0.hasChanged { $0.job = job } }
    return feed
  }

  /// A job as the store has it, which has ended, or lives in another process.
  static func stored(
    _ job: Job, in table: JobTable, _ elsewhere: ElsewhereSource?,
    wake: @escaping @Sendable () -> Void
  ) -> JobFeed {
    let feed = JobFeed(
      job, in: table, elsewhere, isElsewhere: !job.hasEnded && elsewhere == nil, wake: wake)
    if !job.hasEnded { feed.watchElsewhere(after: job) }
    return feed
  }

  deinit {
    table.stopObserving(observer)
    elsewhere?.watch.remove(observer)
    job?.output.removeWaiter(observer.watcherID)
    job?.progress?.removeWaiter(observer.watcherID)
  }

  private func watchElsewhere(after job: Job) {
    let stage = StageStatus(status: job.state.status, epoch: job.epoch)
    elsewhere?.watch.observeStages(observer, after: stage) { [weak self] stage in
      guard stage != nil else { return self?.receive(nil, isGone: true) ?? () }
      Task { [weak self] in await self?.readElsewhere() }
    }
  }

  private func readElsewhere() async {
    guard let elsewhere else { return }
    do throws(StoreFailure) {
      let job = try await elsewhere.store.job(observer.job)
      receive(job, isGone: job == nil)
    } catch {
      // What was seen before holds until it can be read: the watch has told of it, so it is asked
      // for once more.
      if let job { watchElsewhere(after: job) }
    }
  }

  /// - Parameter isGone: whether the job is nowhere any more; else where it is nil, another process
  ///   has it.
  private func receive(_ job: Job?, isGone: Bool = false) {
    if job == nil, !isGone, elsewhere != nil, let last = self.job, !last.hasEnded {
      return watchElsewhere(after: last)
    }
    state.withLock { state in
      // An ended job stays ended, though the table evicts it.
      guard state.job?.hasEnded == false else { return }
      state.job = job
      state.hasChanged = true
    }
    wake()
  }

  /// The current job; nil once this process does not own it any more.
  package var job: Job? { state.withLock { $0.job } }

  /// How far the run has come, where that is newer than `version`: an object of JSON. Where it is
  /// not, there is a call once there is news.
  ///
  /// - Returns: nil where there is no news, or no job, or nothing reads its progress.
  package func progress(after version: UInt64) -> (json: [UInt8], version: UInt64)? {
    let waiter = OutputWaiter(id: observer.watcherID, wake: wake)
    return job?.progress?.find(after: version, orCall: waiter)
  }

  /// What is at `offset` of a stream now, at most `bytesMax` bytes; where that is nothing, or is
  /// pending, there is a call once there is more. Never waits for a disk.
  ///
  /// - Returns: nil where there is no job.
  package func read(
    _ stream: OutputStreamName, at offset: Int, bytesMax: Int
  ) -> OutputSlice? {
    let found = find(stream, at: offset, bytesMax: bytesMax)
    return found.map { complete($0, of: stream, at: offset, bytesMax: bytesMax) }
  }

  /// The same, without the bytes that a file has.
  package func find(_ stream: OutputStreamName, at offset: Int, bytesMax: Int) -> OutputSlice? {
    let waiter = OutputWaiter(id: observer.watcherID, wake: wake)
    return job?.output.find(stream, at: offset, bytesMax: bytesMax, orCall: waiter)
  }

  /// What `find` found, with the bytes that its file has, or pending.
  package func complete(
    _ found: OutputSlice, of stream: OutputStreamName, at offset: Int, bytesMax: Int
  ) -> OutputSlice {
    let ahead = stream == .stdout ? stdoutAhead : stderrAhead
    return ahead.complete(found, at: offset, bytesMax: bytesMax)
  }
}
