internal import RunnerCore

/// The core's `ServiceMonitor` port over engine, store and launcher.
///
/// A check costs a write to the disk and a message to the launcher, and anyone may ask for one: so
/// requests that come together share one check, and its result counts for a second.
actor ServiceProbe: ServiceMonitor {
  /// What is checked, and measured.
  struct Subjects: Sendable {
    let engine: JobEngine
    let storage: StorageProbe
    /// Calls its argument once the launcher has answered.
    let askLauncher: @Sendable (@escaping @Sendable () -> Void) -> Void
    let metrics: MetricRegistry
    let disks: DiskProbe
    let clock: any WallClock
  }

  private let subjects: Subjects
  private var last: (checks: [ReadinessCheck], at: Int64)?
  private var current: Task<[ReadinessCheck], Never>?

  /// How long a part may take to answer.
  private static let answerTime: Duration = .seconds(3)
  /// How long a result counts, in microseconds.
  private static let freshMicroseconds: Int64 = 1_000_000
  /// Room on the disk below which the ends of jobs that run may not be kept, in bytes.
  static let freeBytesMin: UInt64 = 64 << 20

  init(_ subjects: Subjects) {
    self.subjects = subjects
  }

  func readiness() async -> [ReadinessCheck] {
    let now = subjects.clock.uptime()
    if let last, (last.at..<last.at + Self.freshMicroseconds).contains(now) { return last.checks }
    if let current { return await current.value }
    let task = Task { [subjects] in await Self.check(subjects) }
    current = task
    let checks = await task.value
    current = nil
    last = (checks, subjects.clock.uptime())
    return checks
  }

  private static func check(_ subjects: Subjects) async -> [ReadinessCheck] {
    async let store = storeCheck(subjects)
    async let disk = diskCheck(subjects)
    async let launcher = launcherCheck(subjects)
    return await [store, disk, launcher] + subjects.engine.readiness()
  }

  private static func storeCheck(_ subjects: Subjects) async -> ReadinessCheck {
    await TimeLimit.result(
      within: answerTime,
      or: ReadinessCheck("store", .failed, "The store does not answer: look at its disk."),
      clock: subjects.clock
    ) {
      guard let failure = await subjects.storage.write() else { return ReadinessCheck(ok: "store") }
      if case .away(let why) = failure {
        return ReadinessCheck("store", .failed, "The store cannot be reached: \(why)")
      }
      return ReadinessCheck("store", .failed, "The store cannot be written: it \(failure).")
    }
  }

  private static func diskCheck(_ subjects: Subjects) async -> ReadinessCheck {
    await TimeLimit.result(
      within: answerTime,
      or: ReadinessCheck("disk", .failed, "The disk of the state folder does not answer."),
      clock: subjects.clock
    ) {
      guard let free = await subjects.storage.freeBytes(), free < freeBytesMin else {
        return ReadinessCheck(ok: "disk")
      }
      return ReadinessCheck(
        "disk", .failed,
        "The disk of the state folder has \(free >> 20) MiB left, and \(freeBytesMin >> 20) are "
          + "needed: make room, or keep fewer jobs.")
    }
  }

  private static func launcherCheck(_ subjects: Subjects) async -> ReadinessCheck {
    await TimeLimit.result(
      within: answerTime,
      or: ReadinessCheck("launcher", .failed, "The launcher does not answer: no job starts."),
      clock: subjects.clock
    ) {
      await withCheckedContinuation { continuation in
        subjects.askLauncher { continuation.resume() }
      }
      return ReadinessCheck(ok: "launcher")
    }
  }

  nonisolated func disks(writing paths: [String]) async -> [DiskSpace] {
    await subjects.disks.spaces(writing: paths)
  }

  nonisolated func metricsText() async -> String {
    let subjects = subjects
    var samples = await subjects.engine.samples() + ProcessSamples.read()
    samples.append(MetricSample(.buildInfo, 1, labels: [Version.number]))
    async let pending = TimeLimit.result(within: Self.answerTime, or: nil, clock: subjects.clock) {
      await subjects.storage.pendingCallbacks()
    }
    async let free = TimeLimit.result(within: Self.answerTime, or: nil, clock: subjects.clock) {
      await subjects.storage.freeBytes()
    }
    if let pending = await pending { samples.append(MetricSample(.callbacksOwed, Double(pending))) }
    if let free = await free { samples.append(MetricSample(.stateFreeBytes, Double(free))) }
    return subjects.metrics.text(with: samples)
  }
}
