import Synchronization
import SystemBase
import Testing

@testable import RunnerHTTP

/// Sleeping and waking, without a connection.
@Suite(.timeLimit(.minutes(30)))
struct FollowerTests {
  /// Says what it is told to, one step after the other; then that there is nothing.
  private struct Script: FollowSource {
    var steps: [@Sendable () -> FollowStep]

    mutating func next(bytesMax: Int, isHeartbeatDue: Bool) -> FollowStep {
      steps.isEmpty ? .wait : steps.removeFirst()()
    }
  }

  /// A follower and what was done to its connection.
  private final class Fixture: Sendable {
    let suspensionLimiter = SuspensionLimiter()
    let follower: Follower
    let suspensions = Mutex(0)
    let (resumptions, wake) = AsyncStream<Void>.makeStream()

    init() {
      follower = Follower(FollowerRegistry(suspensionLimiter), heartbeatInterval: nil)
    }

    func begin(_ steps: [@Sendable () -> FollowStep]) {
      follower.begin(Script(steps: steps))
      follower.attach(
        Follower.Suspension(
          suspend: { [self] in suspensions.withLock { $0 += 1 } },
          resume: { [wake] in wake.yield() }))
    }

    func read() -> Follower.Outcome {
      var bytes = [UInt8](repeating: 0, count: 4)
      return unsafe bytes.withUnsafeMutableBytes { unsafe follower.read(into: $0) }
    }
  }

  @Test func `a notification between poll and suspension is not lost`() {
    let fixture = Fixture()
    fixture.begin([
      { [unowned fixture] in
        fixture.follower.notify()
        return .wait
      },
      { .bytes([1, 2, 3, 4, 5, 6]) },
    ])
    #expect(fixture.read() == .bytes(4) && fixture.read() == .bytes(2))
    #expect(fixture.suspensions.withLock { $0 } == 0 && fixture.suspensionLimiter.count == 0)
  }

  @Test(arguments: [ThreadRole.diskWrites, .diskReads])
  func `a thread of the disk resumes at once, without a task`(role: ThreadRole) {
    let fixture = Fixture()
    let isOver = Mutex(false)
    fixture.begin([])
    #expect(fixture.read() == .suspended && fixture.suspensionLimiter.count == 1)
    role.run {
      fixture.follower.notify()
      isOver.withLock { $0 = fixture.suspensionLimiter.count == 0 }
    }
    #expect(isOver.withLock { $0 }, "it was resumed before the call returned")
  }

  @Test func `a suspended connection is resumed once, however often it is notified`() async {
    let fixture = Fixture()
    fixture.begin([])
    var resumptions = fixture.resumptions.makeAsyncIterator()
    for round in 1...3 {
      #expect(fixture.read() == .suspended)
      for _ in 0..<100 { fixture.follower.notify() }
      _ = await resumptions.next()
      #expect(fixture.suspensions.withLock { $0 } == round)
      fixture.follower.wake()
    }
    fixture.wake.finish()
    #expect(await resumptions.next() == nil, "there were three")
  }

  @Test func `no connection is suspended in a service that stops`() {
    let fixture = Fixture()
    fixture.begin([])
    fixture.suspensionLimiter.stop()
    #expect(fixture.read() == .broken)
    #expect(fixture.suspensions.withLock { $0 } == 0 && fixture.suspensionLimiter.count == 0)
  }

  @Test func `a suspended connection that is aborted is resumed to break off`() async {
    let fixture = Fixture()
    fixture.begin([])
    #expect(fixture.read() == .suspended)
    fixture.follower.abort()
    var resumptions = fixture.resumptions.makeAsyncIterator()
    _ = await resumptions.next()
    #expect(fixture.read() == .broken)
  }
}
