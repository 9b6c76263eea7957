import Synchronization
import Testing

@testable import RunnerCore

/// Moves of waiting jobs in the queue.
@Suite(.timeLimit(.minutes(30)))
struct JobMoveTests {
  private struct House {
    let harness: EngineHarness<ManualLauncher>
    let store = FailingStore()
    var jobs: [JobID] = []

    /// One job runs, and these wait.
    init(_ names: [String], priorities: [Int] = []) async throws {
      var limits = EngineLimits()
      limits.runningMax = 1
      harness = EngineHarness(ManualLauncher(), limits: limits, store: store)
      _ = try await harness.submit(["runs"])
      for (index, name) in names.enumerated() {
        let priority = priorities.indices.contains(index) ? priorities[index] : 5
        harness.clock.advance(seconds: 1)
        let request = try JobRequest(command: "/bin/a", arguments: [name]).prioritized(priority)
        jobs.append(try await harness.engine.submit(request).id)
      }
    }

    /// The waiting jobs in the order of their places, as names.
    func order() async throws -> String {
      var found: [(Int, String)] = []
      for id in jobs {
        let job = try #require(try await harness.engine.find(id))
        found.append((try #require(job.wait?.place), job.request.arguments[0]))
      }
      #expect(Set(found.map(\.0)).count == jobs.count)
      return found.sorted { $0.0 < $1.0 }.map(\.1).joined()
    }

    func move(_ index: Int, _ move: MoveAction) async throws {
      guard case .moved(let job) = try await harness.engine.move(jobs[index], move) else {
        Issue.record("It was not moved.")
        return
      }
      #expect(job.wait?.place != nil)
    }
  }

  // Proves P-531.
  @Test func `a waiting job goes to the front, to the end, and past its neighbour`() async throws {
    let house = try await House(["a", "b", "c", "d"])
    #expect(try await house.order() == "abcd")
    try await house.move(2, .first)
    #expect(try await house.order() == "cabd")
    try await house.move(2, .first)
    #expect(try await house.order() == "cabd", "it is there")
    try await house.move(3, .up)
    #expect(try await house.order() == "cadb")
    try await house.move(2, .down)
    #expect(try await house.order() == "acdb")
    try await house.move(0, .last)
    #expect(try await house.order() == "cdba")
    try await house.move(0, .down)
    #expect(try await house.order() == "cdba")
    await house.harness.engine.shutDown()
  }

  @Test func `jobs start in the order that moves made`() async throws {
    let house = try await House(["a", "b", "c"], priorities: [5, 9, 5])
    #expect(try await house.order() == "bac")
    try await house.move(2, .first)
    let launcher = house.harness.launcher
    var order = try #require(await launcher.next())
    var names: [String] = []
    for _ in 0..<3 {
      launcher.end(order.launchID)
      order = try #require(await launcher.next())
      names += order.arguments
    }
    #expect(names == ["c", "b", "a"])
    await house.harness.engine.shutDown()
  }

  @Test func `what others get is not touched`() async throws {
    var house = try await House(["a", "b"])
    let other = try await house.harness.engine.submit(
      JobRequest(command: "/bin/a", arguments: ["o"]), from: Principal(name: "other"))
    let place = try await house.harness.engine.find(other.id)?.wait?.place
    try await house.move(1, .first)
    #expect(try await house.harness.engine.find(other.id)?.wait?.place == place)
    house.jobs.append(other.id)
    try await house.move(2, .first)
    #expect(try await house.harness.engine.find(other.id)?.wait?.place == place)
    await house.harness.engine.shutDown()
  }

  @Test func `a move that cannot be kept is none, and what does not wait is not moved`()
    async throws
  {
    let house = try await House(["a", "b"])
    house.store.fail(.full)
    await #expect(throws: StoreFailure.full) {
      try await house.harness.engine.move(house.jobs[1], .first)
    }
    house.store.fail(nil)
    #expect(try await house.order() == "ab")
    #expect(try await house.harness.engine.cancel(house.jobs[0]) == .accepted)
    for (id, isKnown) in [(house.jobs[0], true), (JobID.random(), false)] {
      switch try await house.harness.engine.move(id, .first) {
      case .notQueued: #expect(isKnown)
      case .unknown: #expect(!isKnown)
      case .moved, .elsewhere: Issue.record("It was moved.")
      }
    }
    await house.harness.engine.shutDown()
  }

  // Proves P-531.
  @Test func `the next process has the order that moves made`() async throws {
    let house = try await House(["a", "b", "c"])
    try await house.move(2, .first)
    var kept: [Job] = []
    for id in house.jobs { kept.append(try #require(try await house.store.job(id))) }
    var limits = EngineLimits()
    limits.runningMax = 1
    let next = EngineHarness(
      ManualLauncher(), limits: limits, store: FailingStore(unfinishedJobs: kept))
    next.clock.advance(seconds: 500)
    _ = try await next.engine.recover()
    var names: [String] = []
    for _ in 0..<3 {
      let order = try #require(await next.launcher.next())
      names += order.arguments
      next.launcher.end(order.launchID)
    }
    #expect(names == ["c", "a", "b"])
    for engine in [house.harness.engine, next.engine] { await engine.shutDown() }
  }

  @Test func `of two moves of a job at one time the later one is the last in the store too`()
    async throws
  {
    let house = try await House(["a", "b", "c"])
    let (engine, id) = (house.harness.engine, house.jobs[1])
    let second = Mutex<Task<Void, any Error>?>(nil)
    house.store.duringNextMove {
      // It comes while the first one is in the store, and must not get there before it is done.
      second.withLock { $0 = Task { _ = try await engine.move(id, .last) } }
      while await engine.moves[id]?.isEmpty != false { await Task.yield() }
    }
    _ = try await engine.move(id, .first)
    try await second.withLock { $0 }?.value
    #expect(try await house.order() == "acb")
    let last = try #require(try await house.store.job(house.jobs[2]))
    let moved = try #require(try await house.store.job(id))
    #expect(try #require(moved.rankedAt) > last.createdAt)
    #expect(await engine.moves.isEmpty)
    await engine.shutDown()
  }

  // Proves P-531.
  /// Its pause ends in the next process, hours after it came.
  @Test func `a job that was moved and runs again keeps its place over a restart`() async throws {
    let house = try await House(["a", "b", "c"])
    try await house.move(0, .last)
    var kept: [Job] = []
    for id in house.jobs { kept.append(try #require(try await house.store.job(id))) }
    kept[0].retryAt = house.harness.clock.now().adding(seconds: 7200)
    let late = try JobRequest(command: "/bin/a", arguments: ["d"])
    var limits = EngineLimits()
    limits.runningMax = 1
    let next = EngineHarness(
      ManualLauncher(), limits: limits, store: FailingStore(unfinishedJobs: kept))
    next.clock.advance(seconds: 3600)
    _ = try await next.engine.recover()
    _ = try await next.engine.submit(late)
    while try await next.engine.find(kept[0].id)?.wait?.reason == .retry {
      if next.clock.sleeperCount > 0 { next.clock.advance(seconds: 60) }
      await Task.yield()
    }
    var names: [String] = []
    for _ in 0..<4 {
      let order = try #require(await next.launcher.next())
      names += order.arguments
      next.launcher.end(order.launchID)
    }
    #expect(names == ["b", "c", "a", "d"])
    for engine in [house.harness.engine, next.engine] { await engine.shutDown() }
  }
}
