import RunnerProgress
import Synchronization
import TextFormats

/// Reads the progress of one run beside its capture, and tells those that wait for news of it.
///
/// The thread that reads the output of all jobs only copies bytes here. A task reads them, four
/// times a second at most, so that no program makes more news than that; when nothing came for so
/// long, there is no task.
package final class ProgressMonitor: OutputObserver {
  /// The time that it goes by.
  struct Clock: Sendable {
    /// Microseconds of monotonic time.
    let uptime: @Sendable () -> Int64
    let sleep: @Sendable (Duration) async -> Void
  }

  private struct Inbox {
    var backlog = ProgressBacklog()
    /// Whether a task is going to read it.
    var isScheduled = false
    var hasEnded = false
  }

  private struct State {
    var tracker: ProgressTracker
    /// Counts up with each change.
    var version: UInt64 = 1
    var waiters: [UInt64: OutputWaiter] = [:]
  }

  /// Between two readings.
  static let interval: Duration = .milliseconds(250)

  private let clock: Clock
  private let sources: Set<ProgressSource>
  private let inbox = Mutex(Inbox())
  /// Taken by no one that reads output of jobs.
  private let state: Mutex<State>

  /// - Parameter arguments: of the request.
  init(_ progress: EntryProgress, arguments: [String], clock: Clock) {
    let tracker = ProgressTracker(
      progress.kind, arguments: progress.firstArguments + arguments, at: clock.uptime())
    self.clock = clock
    self.sources = Set(ProgressSource.allCases.filter(tracker.reads))
    self.state = Mutex(State(tracker: tracker))
  }

  package func append(
    _ bytes: ArraySlice<UInt8>, of stream: OutputStreamName, whenRoom: (@Sendable () -> Void)?
  ) -> Bool {
    append(bytes, of: stream == .stdout ? .stdout : .stderr)
    return true
  }

  /// Whether the program is to have a descriptor for its progress.
  package var readsDescriptor: Bool { sources.contains(.descriptor) }

  /// Takes what the program wrote to its descriptor for progress; older bytes as below.
  package func appendDescriptor(_ bytes: ArraySlice<UInt8>) { append(bytes, of: .descriptor) }

  /// Takes what the program wrote; older bytes that were not read yet make room for it.
  func append(_ bytes: ArraySlice<UInt8>, of source: ProgressSource) {
    guard sources.contains(source) else { return }
    let isFirst = inbox.withLock { inbox in
      guard !inbox.hasEnded else { return false }
      inbox.backlog.append(bytes, of: source)
      defer { inbox.isScheduled = true }
      return !inbox.isScheduled
    }
    if isFirst { Task { await readUntilSilent() } }
  }

  private func readUntilSilent() async {
    var isSilent = false
    while !isSilent {
      update { $0.read(parts, at: $1) }
      await clock.sleep(Self.interval)
      isSilent = inbox.withLock { inbox in
        inbox.isScheduled = !inbox.backlog.isEmpty && !inbox.hasEnded
        return !inbox.isScheduled
      }
    }
    // After the end nothing changes any more.
    guard !inbox.withLock({ $0.hasEnded }) else { return }
    update { $0.readHeldLines(at: $1) }
  }

  private var parts: [ProgressBacklog.Part] { inbox.withLock { $0.backlog.removeAll() } }

  /// Changes the progress, and wakes all that wait where there is news.
  private func update(_ change: (inout ProgressTracker, Int64) -> Void) {
    let now = clock.uptime()
    let waiters: [OutputWaiter] = state.withLock { state in
      let old = state.tracker.progress
      change(&state.tracker, now)
      guard state.tracker.progress != old else { return [] }
      state.version += 1
      defer { state.waiters = [:] }
      return Array(state.waiters.values)
    }
    for waiter in waiters { waiter.wake() }
  }

  /// The run is frozen, or goes on.
  func setFrozen(_ isFrozen: Bool) {
    update { $0.setFrozen(isFrozen, at: $1) }
  }

  /// The run is over. What is told of it stays as it is until the end of the job is: a job that
  /// runs is never whole.
  ///
  /// - Parameter isSuccess: whether its program exited with 0, unasked.
  /// - Returns: whether it made less than was to be expected all the same, and the last state.
  func finish(isSuccess: Bool) -> (isShort: Bool, json: [UInt8]) {
    inbox.withLock { $0.hasEnded = true }
    let now = clock.uptime()
    let tracker = state.withLock { state in
      var tracker = state.tracker
      tracker.read(parts, at: now)
      tracker.finish(isSuccess: isSuccess, at: now)
      return tracker
    }
    return (tracker.isShort, Self.json(of: tracker.progress))
  }

  /// The progress at this moment, as an object of JSON.
  var json: [UInt8] { Self.json(of: state.withLock { $0.tracker.progress }) }

  /// How far the run has come; nil where its program has not said so yet.
  var position: JobProgress? {
    let position = state.withLock { $0.tracker.progress.position }
    return position == JobProgress() ? nil : position
  }

  /// Whether a stream says how far the run has come.
  func reads(_ stream: OutputStreamName) -> Bool {
    sources.contains(stream == .stdout ? .stdout : .stderr)
  }

  /// The progress where it is newer than `version`, as an object of JSON.
  ///
  /// - Parameter waiter: called once, as soon as there is a newer one, where there is none.
  func find(
    after version: UInt64, orCall waiter: OutputWaiter
  ) -> (json: [UInt8], version: UInt64)? {
    let found = state.withLock { state -> (JobProgress, UInt64)? in
      guard state.version > version else {
        state.waiters[waiter.id] = waiter
        return nil
      }
      return (state.tracker.progress, state.version)
    }
    return found.map { (Self.json(of: $0.0), $0.1) }
  }

  /// Removes a waiter. It is not called any more, unless the call is in progress.
  func removeWaiter(_ id: UInt64) {
    state.withLock { $0.waiters[id] = nil }
  }

  private static func json(of progress: JobProgress) -> [UInt8] {
    var writer = JSONWriter()
    progress.write(to: &writer)
    return writer.bytes
  }
}

extension ProgressTracker {
  fileprivate mutating func read(_ parts: [ProgressBacklog.Part], at now: Int64) {
    for part in parts {
      if part.isCut { skipLine(of: part.source) }
      read(part.bytes[...], of: part.source, at: now)
    }
  }
}
