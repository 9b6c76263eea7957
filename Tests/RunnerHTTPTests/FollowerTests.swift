import Synchronization
import Testing

@testable import RunnerHTTP

/// Sleeping and waking, without a connection.
@Suite(.timeLimit(.minutes(5)))
struct FollowerTests {
  /// Says what it is told to, one step after the other; then that there is nothing.
  private struct Script: FollowSource {
    var steps: [@Sendable () -> FollowStep]

    mutating func next(bytesMax: Int, isBeatDue: Bool) -> FollowStep {
      steps.isEmpty ? .wait : steps.removeFirst()()
    }
  }

  /// A follower and what was done to its connection.
  private final class Scene: Sendable {
    let gate = WaitGate()
    let follower: Follower
    let suspensions = Mutex(0)
    let (wakes, wake) = AsyncStream<Void>.makeStream()

    init() {
      follower = Follower(Followers(gate), beatTime: nil)
    }

    func begin(_ steps: [@Sendable () -> FollowStep]) {
      follower.begin(Script(steps: steps))
      follower.attach(
        Follower.Sleep(
          suspend: { [self] in suspensions.withLock { $0 += 1 } },
          resume: { [wake] in wake.yield() }))
    }

    func read() -> Follower.Outcome {
      var bytes = [UInt8](repeating: 0, count: 4)
      return unsafe bytes.withUnsafeMutableBytes { unsafe follower.read(into: $0) }
    }
  }

  @Test func `a ring between the look and the sleep is not lost`() {
    let scene = Scene()
    scene.begin([
      { [unowned scene] in
        scene.follower.ring()
        return .wait
      },
      { .bytes([1, 2, 3, 4, 5, 6]) },
    ])
    #expect(scene.read() == .bytes(4) && scene.read() == .bytes(2))
    #expect(scene.suspensions.withLock { $0 } == 0 && scene.gate.count == 0)
  }

  @Test func `who sleeps is woken once, however often it is rung`() async {
    let scene = Scene()
    scene.begin([])
    var wakes = scene.wakes.makeAsyncIterator()
    for round in 1...3 {
      #expect(scene.read() == .asleep)
      for _ in 0..<100 { scene.follower.ring() }
      _ = await wakes.next()
      #expect(scene.suspensions.withLock { $0 } == round)
      scene.follower.wake()
    }
    scene.wake.finish()
    #expect(await wakes.next() == nil, "there were three")
  }

  @Test func `nobody falls asleep in a service that stops`() {
    let scene = Scene()
    scene.begin([])
    scene.gate.stop()
    #expect(scene.read() == .broken)
    #expect(scene.suspensions.withLock { $0 } == 0 && scene.gate.count == 0)
  }

  @Test func `who is cut while it sleeps is woken to break off`() async {
    let scene = Scene()
    scene.begin([])
    #expect(scene.read() == .asleep)
    scene.follower.cut()
    var wakes = scene.wakes.makeAsyncIterator()
    _ = await wakes.next()
    #expect(scene.read() == .broken)
  }
}
