internal import RunnerCore
internal import SandboxClient
internal import Synchronization

/// Looks whether the launcher answers while the service waits for it to end jobs: one that was
/// stopped (SIGSTOP), or waits in the kernel, is not waited for.
final class LauncherWatchdog: Sendable {
  private let client: LauncherClient
  private let log: ServiceLog
  private let state = Mutex(State())

  /// Content of the lock.
  private struct State {
    var isOver = false
    var isUnanswered = false
    /// When the question was asked that is not answered yet.
    var askedAt: ContinuousClock.Instant?
  }

  /// How long an answer may take: far beyond what an answer waits behind, a reload with all its
  /// sandboxes.
  private static let answerSecondsMax = 10

  init(client: LauncherClient, log: ServiceLog) {
    self.client = client
    self.log = log
  }

  /// Whether the launcher was given up.
  var isUnanswered: Bool { state.withLock { $0.isUnanswered } }

  /// Asks again and again until `stop`. A launcher that does not answer is given up: every launch
  /// is lost then, as if it had died.
  func start() {
    ask()
    Task {
      while !state.withLock({ $0.isOver }) {
        if isOverdue { giveUp() }
        ask()
        await pause(milliseconds: 500)
      }
    }
  }

  /// Ends the questions, once the last one is answered or the launcher given up.
  func stop() async {
    while state.withLock({ $0.askedAt != nil && !$0.isOver }) {
      if isOverdue { giveUp() }
      await pause(milliseconds: 10)
    }
    state.withLock { $0.isOver = true }
  }

  /// Asks, where the last question was answered.
  private func ask() {
    let isFirst = state.withLock { state in
      guard state.askedAt == nil, !state.isOver else { return false }
      state.askedAt = .now
      return true
    }
    if isFirst { client.ping { [self] in state.withLock { $0.askedAt = nil } } }
  }

  private var isOverdue: Bool {
    guard let asked = state.withLock({ $0.askedAt }) else { return false }
    return ContinuousClock.now - asked >= .seconds(Self.answerSecondsMax)
  }

  private func pause(milliseconds: Int) async {
    do {
      try await Task.sleep(for: .milliseconds(milliseconds))
    } catch {
      return  // The task was cancelled, which no part of the service does.
    }
  }

  private func giveUp() {
    let isFirst = state.withLock { state in
      guard !state.isOver else { return false }
      state.isOver = true
      state.isUnanswered = true
      return true
    }
    guard isFirst else { return }
    log.log(
      .error, "launcher.unresponsive",
      "the launcher, process \(client.launcherPid), has not answered for "
        + "\(Self.answerSecondsMax) s: its jobs are given up",
      ["process": .integer(Int(client.launcherPid))])
    client.stop()
  }
}
