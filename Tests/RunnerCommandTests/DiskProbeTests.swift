import Dispatch
import RunnerCore
import Synchronization
import Testing

@testable import RunnerCommand

/// Room on disks of which some do not answer.
struct DiskProbeTests {
  /// A clock that is set, whose sleeps end at once or never.
  private final class SetClock: WallClock {
    let uptimeSeconds = Mutex<Int64>(0)
    let sleepsEnd = Mutex(false)

    func now() -> Timestamp { Timestamp(microseconds: 0) }
    func uptime() -> Int64 { uptimeSeconds.withLock { $0 } * 1_000_000 }
    func sleep(for duration: Duration) async {
      if sleepsEnd.withLock({ $0 }) { return }
      // Cancelled, it ends at once.
      try? await Task.sleep(for: .seconds(1_000_000))
    }
  }

  private static func free(_ spaces: [DiskSpace]) -> [UInt64?] { spaces.map { $0.room?.freeBytes } }

  @Test func `a disk that does not answer hides no other, and is told for half a minute`()
    async
  {
    let clock = SetClock()
    let isDead = Mutex(false)
    let end = DispatchSemaphore(value: 0)
    defer { end.signal() }
    let probe = DiskProbe(stateFolder: nil, clock: clock) { path in
      if path == "/dead", isDead.withLock({ $0 }) { end.wait() }
      return DiskSpace.Capacity(totalBytes: 2, freeBytes: 1)
    }
    #expect(Self.free(await probe.spaces(writing: ["/dead", "/live"])) == [1, 1])
    isDead.withLock { $0 = true }
    clock.sleepsEnd.withLock { $0 = true }
    #expect(Self.free(await probe.spaces(writing: ["/dead"])) == [1])
    // From here on a wait for the dead one would never end.
    clock.sleepsEnd.withLock { $0 = false }
    clock.uptimeSeconds.withLock { $0 = 3 }
    #expect(Self.free(await probe.spaces(writing: ["/dead", "/live"])) == [1, 1])
    clock.uptimeSeconds.withLock { $0 = 31 }
    #expect(Self.free(await probe.spaces(writing: ["/dead", "/live"])) == [nil, 1])
  }
}
