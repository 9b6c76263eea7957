import Synchronization
import TextFormats

/// Changes of all jobs, for those that watch all of them. Nothing is recorded while none does.
///
/// The engine only notes which jobs changed. A task makes their documents, once for all readers and
/// four times a second at most, so that a job that starts and ends in between is one change.
package final class JobChangeLog: Sendable {
  /// Waits for so long: the engine's clock.
  typealias Pause = @Sendable (Duration) async -> Void

  /// Progress of one run, as far as it was told.
  private struct Reading {
    let monitor: ProgressMonitor
    let owner: Principal
    var version: UInt64 = 0
  }

  private struct State {
    var watchers: [UInt64: @Sendable () -> Void] = [:]
    var lastWatcher: UInt64 = 0
    /// Drawn anew when it begins to record; 0 while it does not.
    var number: UInt64 = 0
    var backlog = JobChangeBacklog()
    /// Jobs that changed since the task looked, as they are now; nil for one that was forgotten.
    var changed: [JobID: LiveJob?] = [:]
    var hasOverflowed = false
    var readings: [JobID: Reading] = [:]
    var progressed: Set<JobID> = []
    var isScheduled = false
    var isExpiring = false
    var pause: Pause?

    mutating func takeBatch(hasProgress: Bool) -> Batch {
      var batch = Batch(changed: changed, isOverflow: hasOverflowed)
      changed = [:]
      hasOverflowed = false
      guard hasProgress else { return batch }
      for id in progressed { batch.readings[id] = readings[id] }
      progressed = []
      return batch
    }

    /// - Parameter found: the job and its document; nil where it was forgotten.
    /// - Returns: whether it is new.
    mutating func write(_ id: JobID, _ found: (LiveJob, [UInt8])?) -> Bool {
      guard let (live, json) = found else {
        readings[id] = nil
        return backlog.append(.gone, of: id, owner: nil, Array(#"{"id":"\#(id)"}"#.utf8))
      }
      if let monitor = live.job.progress {
        if readings[id]?.monitor !== monitor {
          readings[id] = Reading(monitor: monitor, owner: live.job.client)
          progressed.insert(id)
        }
      } else {
        readings[id] = nil
      }
      return backlog.append(.job, of: id, owner: live.job.client, json)
    }

    mutating func write(_ id: JobID, _ progress: [UInt8], version: UInt64) -> Bool {
      guard let reading = readings[id] else { return false }
      readings[id]?.version = version
      progressed.insert(id)
      let json = Array(#"{"id":"\#(id)","progress":"#.utf8) + progress + [UInt8(ascii: "}")]
      return backlog.append(.progress, of: id, owner: reading.owner, json)
    }
  }

  /// What the task is to write down.
  private struct Batch {
    var changed: [JobID: LiveJob?] = [:]
    var readings: [JobID: Reading] = [:]
    var isOverflow = false

    /// Jobs in the order of their last changes, and behind them those that were forgotten.
    var inOrder: [(JobID, LiveJob?)] {
      changed.map { ($0.key, $0.value) }.sorted { one, other in
        one.1?.revision ?? .max < other.1?.revision ?? .max
      }
    }
  }

  /// Between two looks at what changed.
  static let interval: Duration = .milliseconds(250)
  /// Looks between two that tell progress.
  static let progressLooks = 4
  /// How long it goes on without a reader: browsers come again a few seconds after a break.
  static let keepTime: Duration = .seconds(60)
  /// Jobs that may change between two looks: beyond that, readers begin anew.
  static let changedMax = JobChangeBacklog.countMax

  private let state = Mutex(State())
  /// Whether changes are recorded: read by the engine for each change of each job.
  private let isRecording = Atomic<Bool>(false)
  private static let waiterID = UInt64.max

  /// Begins to call `wake` whenever there are changes; until `removeWatcher`.
  ///
  /// - Parameter wake: called from any thread; it must not block.
  /// - Returns: the number of the watcher, where in the log it begins, and whether the log begins
  ///   with it: then it has to be told of the jobs that run.
  func addWatcher(
    pause: @escaping Pause, wake: @escaping @Sendable () -> Void
  ) -> (id: UInt64, start: JobChangePosition, isFirst: Bool) {
    let added = state.withLock { state in
      let isFirst = state.number == 0
      if isFirst {
        state.number = .random(in: 1...UInt64.max)
        state.pause = pause
      }
      state.lastWatcher += 1
      state.watchers[state.lastWatcher] = wake
      let position = JobChangePosition(log: state.number, sequence: state.backlog.last)
      return (state.lastWatcher, position, isFirst)
    }
    if added.2 { isRecording.store(true, ordering: .releasing) }
    return (id: added.0, start: added.1, isFirst: added.2)
  }

  /// Its `wake` is not called any more, unless a call is in progress.
  func removeWatcher(_ id: UInt64) {
    let pause: Pause? = state.withLock { state in
      state.watchers[id] = nil
      guard state.watchers.isEmpty, !state.isExpiring else { return nil }
      state.isExpiring = true
      return state.pause
    }
    guard let pause else { return }
    Task { [weak self] in
      await pause(Self.keepTime)
      self?.expire()
    }
  }

  /// Forgets everything, unless there is a reader by now.
  private func expire() {
    let readings: [JobID: Reading] = state.withLock { state in
      state.isExpiring = false
      guard state.watchers.isEmpty else { return [:] }
      isRecording.store(false, ordering: .releasing)
      defer {
        let (last, isScheduled) = (state.lastWatcher, state.isScheduled)
        state = State()
        state.lastWatcher = last
        state.isScheduled = isScheduled
      }
      return state.readings
    }
    for reading in readings.values { reading.monitor.removeWaiter(Self.waiterID) }
  }

  /// Notes that a job changed.
  func record(_ live: LiveJob) { note(live.job.id, live) }

  /// Notes that a job was forgotten.
  func recordForgotten(_ id: JobID) { note(id, nil) }

  private func note(_ id: JobID, _ live: LiveJob?) {
    guard isRecording.load(ordering: .acquiring) else { return }
    state.withLock { state in
      guard state.number != 0 else { return }
      if state.changed.count >= Self.changedMax, state.changed[id] == nil {
        state.changed = [:]
        state.hasOverflowed = true
      }
      state.changed.updateValue(live, forKey: id)
      schedule(&state)
    }
  }

  private func noteProgress(_ id: JobID) {
    state.withLock { state in
      guard state.readings[id] != nil else { return }
      state.progressed.insert(id)
      schedule(&state)
    }
  }

  private func schedule(_ state: inout State) {
    guard !state.isScheduled, let pause = state.pause else { return }
    state.isScheduled = true
    Task { [weak self] in
      var looks = 0
      repeat {
        await pause(Self.interval)
        looks += 1
      } while self?.look(hasProgress: looks.isMultiple(of: Self.progressLooks)) == true
    }
  }

  /// Writes down what changed, and wakes the readers.
  ///
  /// - Returns: whether more has to be written down later.
  private func look(hasProgress: Bool) -> Bool {
    let batch = state.withLock { $0.takeBatch(hasProgress: hasProgress) }
    let documents = batch.inOrder.map { ($0, $1.map { ($0, Self.document(of: $0)) }) }
    // Asked again where there was an update: only then it calls at the next.
    let updates = batch.readings.map { id, reading in
      (
        id,
        reading.monitor.find(
          after: reading.version,
          orCall: OutputWaiter(
            id: Self.waiterID, wake: { [weak self] in self?.noteProgress(id) }))
      )
    }
    let (isMore, wakes) = state.withLock { state -> (Bool, [@Sendable () -> Void]) in
      guard state.number != 0 else {
        state.isScheduled = false
        return (false, [])
      }
      var isNew = batch.isOverflow
      if batch.isOverflow { state.backlog.skip() }
      for (id, found) in documents { isNew = state.write(id, found) || isNew }
      for (id, found) in updates {
        guard let found else { continue }
        isNew = state.write(id, found.json, version: found.version) || isNew
      }
      let isMore = !state.changed.isEmpty || !state.progressed.isEmpty || state.hasOverflowed
      state.isScheduled = isMore
      return (isMore, isNew ? Array(state.watchers.values) : [])
    }
    for wake in wakes { wake() }
    return isMore
  }

  private static func document(of live: LiveJob) -> [UInt8] {
    JobDocument.summary(of: live.snapshot())
  }

  /// The changes behind a position; nil where they are lost, or it is none of this log.
  func changes(after position: JobChangePosition, bytesMax: Int) -> [JobChange]? {
    state.withLock { state in
      guard position.log == state.number else { return nil }
      return state.backlog.changes(after: position.sequence, bytesMax: bytesMax)
    }
  }

  /// The position of the newest change.
  var end: JobChangePosition {
    state.withLock { JobChangePosition(log: $0.number, sequence: $0.backlog.last) }
  }
}
