import RunnerCore
import Synchronization

/// Runs nothing: the first argument says what a job does.
///
/// - `print`: writes the second argument to stdout and ends.
/// - `fill`: writes as many bytes of every kind as the second argument says to stdout, and as many
///   plain ones to stderr, and ends.
/// - `plain`: the same with plain bytes only, which are much quicker to encode.
/// - `hold`: ends when the engine terminates it.
/// - anything else: ends at once.
final class FakeLauncher: JobLauncher {
  private struct State {
    var held: [UInt64: CheckedContinuation<Void, Never>] = [:]
    var terminated: Set<UInt64> = []
  }

  private let state = Mutex<State>(State())

  func run(_ order: LaunchOrder) async -> LaunchResult {
    switch order.arguments.first {
    case "print":
      let text = order.arguments.dropFirst().joined(separator: " ")
      order.output.append(Array(text.utf8)[...], of: .stdout)
    case "fill":
      let count = Int(order.arguments.last ?? "") ?? 0
      // Every kind of byte, so that escapes and replacements are in the document too.
      var pattern = Array(0...UInt8.max)
      while pattern.count < count { pattern += pattern }
      order.output.append(pattern[..<count], of: .stdout)
      order.output.append([UInt8](repeating: UInt8(ascii: "e"), count: count)[...], of: .stderr)
    case "plain":
      let text = [UInt8](repeating: UInt8(ascii: "p"), count: Int(order.arguments.last ?? "") ?? 0)
      order.output.append(text[...], of: .stdout)
      order.output.append(text[...], of: .stderr)
    case "hold":
      await hold(order.launchID)
      return .ended(.cancelled(code: nil))
    default:
      break
    }
    return .ended(.exited(code: 0))
  }

  func terminate(_ number: UInt64) {
    let held = state.withLock { state in
      state.terminated.insert(number)
      return state.held.removeValue(forKey: number)
    }
    held?.resume()
  }

  func setFrozen(_ number: UInt64, _ isFrozen: Bool) async -> String? {
    state.withLock { $0.held[number] } == nil ? "It cannot." : nil
  }

  func resources(of launchID: UInt64) async -> JobResources? { nil }

  private func hold(_ number: UInt64) async {
    await withCheckedContinuation { continuation in
      let isOver = state.withLock { state in
        if state.terminated.contains(number) { return true }
        state.held[number] = continuation
        return false
      }
      if isOver { continuation.resume() }
    }
  }
}

/// Delivers nothing, and refuses URLs of one scheme.
struct FakeCallbacks: CallbackNotifier {
  func problem(with url: String) -> String? {
    url.hasPrefix("gopher:") ? "Only http and https are delivered to." : nil
  }

  func scheduleDelivery(_ job: JobSnapshot) {}
  func scheduleAdopted() {}
}

/// Where it is always the same time.
struct StillClock: WallClock {
  var time = Timestamp(microseconds: 1_700_000_000_000_000)

  func now() -> Timestamp { time }
  func uptime() -> Int64 { 1_000_000 }
  func sleep(for duration: Duration) async { try? await Task.sleep(for: duration) }
}

/// Where a sleep lasts until its task is cancelled.
struct EndlessClock: WallClock {
  func now() -> Timestamp { StillClock().now() }
  func uptime() -> Int64 { StillClock().uptime() }
  func sleep(for duration: Duration) async {
    // Cancelled, it ends at once; by itself, never within a test.
    try? await Task.sleep(for: .seconds(1_000_000))
  }
}

struct SilentLog: Logger {
  func log(_ event: LogEvent) {}
}

/// Finds what it is told, and measures one thing.
struct FakeMonitor: ServiceMonitor {
  var checks = [ReadinessCheck(ok: "store")]

  func readiness() async -> [ReadinessCheck] { checks }
  func metricsText() async -> String { "http_runner_jobs_queued 0\n" }

  func disks(writing paths: [String]) async -> [DiskSpace] {
    [
      DiskSpace(
        use: .state, path: "/var/lib/state",
        room: DiskSpace.Capacity(totalBytes: 1 << 40, freeBytes: 1 << 30))
    ] + paths.map { DiskSpace(use: .write, path: $0, room: nil) }
  }
}
