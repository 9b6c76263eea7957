import Synchronization
import Testing

@testable import RunnerHTTP

struct BodyPipeTests {
  private static func pipe(_ bytesMax: Int, _ budget: BodyBudget = BodyBudget(bytesMax: 1 << 20))
    -> BodyPipe
  {
    BodyPipe(bytesMax: bytesMax, budget) { .problem(.unavailable, nil) }
  }

  private static func name(_ step: BodyStep) -> String {
    switch step {
    case .taken: "taken"
    case .full: "full"
    case .refused: "refused"
    }
  }

  private static func offer(_ pipe: BodyPipe, _ bytes: [UInt8]) -> String {
    name(pipe.receive(bytes.span))
  }

  /// Whether the next that a reader learns is that no more comes.
  private static func isAborted(_ pipe: BodyPipe) async -> Bool {
    do throws(BodyPipe.IncompleteError) {
      _ = try await pipe.next()
      return false
    } catch {
      return true
    }
  }

  @Test func `pieces come out as they went in, and nil at the end`() async throws {
    let pipe = Self.pipe(10)
    #expect(Self.offer(pipe, [1, 2]) == "taken" && Self.offer(pipe, [3]) == "taken")
    pipe.finish()
    #expect(try await pipe.next() == [1, 2])
    #expect(try await pipe.next() == [3])
    #expect(try await pipe.next() == nil)
  }

  @Test func `a full pipe takes nothing until it was read from`() async throws {
    let pipe = Self.pipe(2)
    #expect(Self.offer(pipe, [1, 2, 3]) == "taken")
    #expect(Self.offer(pipe, [4]) == "full")
    let calls = Atomic<Int>(0)
    pipe.whenReady { calls.wrappingAdd(1, ordering: .relaxed) }
    #expect(calls.load(ordering: .relaxed) == 0)
    #expect(try await pipe.next() == [1, 2, 3])
    #expect(calls.load(ordering: .relaxed) == 1)
    #expect(Self.offer(pipe, [4]) == "taken")
  }

  @Test func `a reader waits for what comes, and hears when no more does`() async throws {
    let pipe = Self.pipe(2)
    async let first = pipe.next()
    #expect(Self.offer(pipe, [1]) == "taken")
    let piece = try await first
    #expect(piece == [1])
    let second = Task { await Self.isAborted(pipe) }
    pipe.abort()
    #expect(await second.value)
  }

  @Test func `what is whole is not cut any more`() async throws {
    let pipe = Self.pipe(2)
    #expect(Self.offer(pipe, [1]) == "taken")
    pipe.finish()
    pipe.abort()
    #expect(try await pipe.next() == [1])
    #expect(try await pipe.next() == nil)
  }

  @Test(arguments: [true, false])
  func `a connection that waits is let go when the reader leaves or time is up`(isClosed: Bool) {
    let pipe = Self.pipe(1)
    #expect(Self.offer(pipe, [1]) == "taken" && Self.offer(pipe, [2]) == "full")
    let calls = Atomic<Int>(0)
    pipe.whenReady { calls.wrappingAdd(1, ordering: .relaxed) }
    if isClosed { pipe.close() } else { pipe.abort() }
    #expect(calls.load(ordering: .relaxed) == 1)
    if isClosed { #expect(Self.offer(pipe, [2]) == "taken") }
  }

  @Test func `its memory is charged while it lives`() {
    let budget = BodyBudget(bytesMax: 3)
    do {
      let pipe = Self.pipe(2, budget)
      #expect(Self.name(pipe.reserve()) == "taken")
      #expect(Self.name(Self.pipe(2, budget).reserve()) == "refused")
      withExtendedLifetime(pipe) {}
    }
    #expect(Self.name(Self.pipe(2, budget).reserve()) == "taken")
  }
}
