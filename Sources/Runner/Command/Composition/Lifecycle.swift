internal import Glibc
internal import RunnerCore
internal import SandboxClient
internal import Synchronization
internal import SystemBase

/// Drains and ends the service: by signals, and by what clients ask.
///
/// - SIGUSR1 and `POST /queue/drain`: no job is taken or starts any more; the service ends after
///   its last running job, or after `drainTime` where that is set.
/// - SIGTERM, SIGINT: the same with `drainTime`; without one running jobs are ended at once. A
///   second one ends them at once, and so does one that comes during a drain without a time.
/// - SIGHUP: the configuration is read again.
/// - SIGUSR2: the audit log begins a new file.
final class Lifecycle: Sendable {
  private let service: Service
  private let notifier: SupervisorNotifier
  /// Seconds that running jobs get when the service is asked to end.
  private let drainSeconds: Int
  private let state = Mutex(State.serving)

  /// How far the end has come.
  private enum State {
    case serving
    /// Running jobs end by themselves; `isStop` where a supervisor waits for that.
    case draining(isStop: Bool)
    case stopping
  }

  /// How often the supervisor is told that a drain goes on, in seconds.
  private static let extensionSeconds = 10

  /// Seconds that the end takes beside the grace of the last job, at most.
  private static let endSeconds = 80

  init(_ service: Service, _ notifier: SupervisorNotifier, drainSeconds: Int) {
    self.service = service
    self.notifier = notifier
    self.drainSeconds = drainSeconds
  }

  /// Serves until the service is asked to end, ends it in order, and exits 0.
  func run() -> Never {
    ThreadRole.signals.adopt()
    notifier.notify(.ready, "listening on \(service.urls.joined(separator: ", "))")
    startWatchdog()
    while true {
      switch ProcessSignals.wait(for: [SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2]) {
      case SIGHUP: service.reloader.reload()
      case SIGUSR2: service.audit?.rotate()
      case SIGUSR1: drain(isStop: false)
      case let signal: stop(by: signal)
      }
    }
  }

  /// The thread that will wait for signals, as a pthread_t; 0 where the service has none yet.
  private static let signalThread = Atomic<pthread_t>(0)

  /// Names the calling thread as the one of `run`, before the first request can ask for a drain:
  /// its signals are blocked, and wait until `run` reads them.
  static func prepareThread() {
    signalThread.store(pthread_self(), ordering: .releasing)
  }

  /// Asks this process for a drain; from any thread.
  static func requestDrain() {
    // To the thread that waits for it: the filter of the service refuses kill(2).
    let thread = signalThread.load(ordering: .acquiring)
    if thread != 0 { pthread_kill(thread, SIGUSR1) }
  }

  private func stop(by signal: Int32) {
    let drains = state.withLock { state in
      switch state {
      case .serving: drainSeconds > 0
      case .draining(let isStop): !isStop && drainSeconds > 0
      case .stopping: false
      }
    }
    service.log.log(
      .info, "service.stopping",
      drains
        ? "signal \(signal): no more jobs are taken, running ones have \(drainSeconds) seconds"
        : "signal \(signal): no more jobs are taken, running ones are ended",
      ["signal": .integer(Int(signal))])
    if drains { drain(isStop: true) } else { end() }
  }

  /// - Parameter isStop: whether a supervisor waits for the end.
  private func drain(isStop: Bool) {
    let isFirst = state.withLock { state in
      switch state {
      case .serving:
        state = .draining(isStop: isStop)
        return true
      case .draining:
        if isStop { state = .draining(isStop: true) }
        return false
      case .stopping:
        return false
      }
    }
    if isStop || drainSeconds > 0 { endAfterDrainTime() }
    guard isFirst else { return }
    Task {
      await service.engine.beginDrain()
      tellOfDrain()
      await service.engine.waitUntilDrained()
      end()
    }
  }

  private func endAfterDrainTime() {
    Task {
      await SystemClock().sleep(for: .seconds(drainSeconds))
      end()
    }
  }

  /// Tells the supervisor from time to time that the drain goes on, until it is over.
  private func tellOfDrain() {
    Task {
      while case .draining(let isStop) = state.withLock({ $0 }) {
        let status = await service.engine.queueStatus()
        let text = "draining: \(status.running) jobs run"
        if isStop {
          notifier.notify(.extended(seconds: 3 * Self.extensionSeconds), text)
        } else {
          notifier.notify(.ready, text)
        }
        await SystemClock().sleep(for: .seconds(Self.extensionSeconds))
      }
    }
  }

  /// Ends the service once.
  private func end() {
    let isFirst = state.withLock { state in
      if case .stopping = state { return false }
      state = .stopping
      return true
    }
    guard isFirst else { return }
    notifier.notify(.stopping, "running jobs are ended")
    let graceSeconds = service.reloader.admission.graceSecondsMax
    notifier.notify(.extended(seconds: graceSeconds + Self.endSeconds))
    Task { ProcessExit.immediately(await service.stop()) }
  }

  /// Tells the supervisor that the service works, as long as the engine and the launcher answer.
  private func startWatchdog() {
    guard let time = notifier.watchdogTime else { return }
    Task {
      while true {
        _ = await service.engine.queueStatus()
        await withCheckedContinuation { answered in service.client.ping { answered.resume() } }
        notifier.notify(.alive)
        await SystemClock().sleep(for: time / 3)
      }
    }
  }
}
