import CoreTestSupport
import RunnerCore
import Testing

@testable import RunnerStore

/// The contract of a `JobStore` that several processes share, held against the one in memory and
/// against PostgreSQL, with two nodes.
@Suite(.timeLimit(.minutes(30)))
struct SharedStoreConformanceTests {
  enum Adapter: CaseIterable, Sendable {
    case memory, postgresql
  }

  /// Leases so short that a test may wait for their end.
  static let short = LeaseTerms(length: 1_200_000, margin: 300_000, interval: 150_000)
  /// Leases that a busy machine does not end, of nodes that look often.
  static let calm = LeaseTerms(length: 3_600_000_000, margin: 400_000, interval: 150_000)

  /// Two nodes of one store.
  private final class Pair {
    let one: any JobStore
    let two: any JobStore
    private let directories: [TemporaryStateDirectory]

    /// - Parameter isShort: whether the second node waits for a short time alone.
    init(_ adapter: Adapter, isShort: Bool = false) throws {
      switch adapter {
      case .memory:
        directories = []
        let shared = SharedStore()
        (one, two) = (shared.node(1), shared.node(2))
      case .postgresql:
        directories = [try TemporaryStateDirectory(), try TemporaryStateDirectory()]
        let database = try TemporaryDatabase()
        one = try database.open(directories[0], node: "one")
        // What it thinks of the leases of others counts.
        two = try database.open(
          directories[1], node: "two",
          terms: isShort ? SharedStoreConformanceTests.short : SharedStoreConformanceTests.calm)
      }
    }

    deinit { for directory in directories { directory.remove() } }

    /// Adds a job to the first node, which offers it.
    func offered(_ arguments: [String] = ["x"], client: String = "c") async throws -> Job {
      var job = try SampleJobs.job(arguments, client: client)
      job.lane = "a"
      #expect(try await one.add(job, key: nil) == .added)
      return job
    }

    /// Claims one job of the first node by the second one.
    func claim() async throws -> Job {
      _ = try await two.renewLease(adopts: false)
      return try #require(
        await two.claim(PullQuery(lanes: ["a"], countMax: 1, time: SampleJobs.time)).first)
    }

    /// Claims a job by the second node, its home, whose lease may be over by the time.
    func claimBySecond(_ id: JobID) async throws -> UInt64? {
      while true {
        do throws(StoreFailure) {
          _ = try await two.renewLease(adopts: false)
          return try await two.claim(id, at: SampleJobs.time)
        } catch {
          guard error.isPassing else { throw error }
        }
      }
    }

    /// Renews the lease of the second node until it has adopted `count` jobs.
    func adopted(_ count: Int) async throws -> [Job] {
      var jobs: [Job] = []
      while jobs.count < count {
        jobs += try await two.renewLease(adopts: true).adopted
        if jobs.count < count { try await Task.sleep(for: .milliseconds(100)) }
      }
      return jobs
    }
  }

  private static func query(_ countMax: Int = 100, _ lanes: [String] = ["a"]) -> PullQuery {
    PullQuery(lanes: lanes, countMax: countMax, time: SampleJobs.time)
  }

  // Proves P-682.
  @Test(arguments: Adapter.allCases)
  func `a job in a lane is claimed by any node, and its home hears of it`(
    adapter: Adapter
  ) async throws {
    let pair = try Pair(adapter)
    let job = try await pair.offered()
    #expect(try await pair.two.updates(in: ["a"]).hasWaiting)
    let claimed = try await pair.claim()
    #expect(claimed.id == job.id && claimed.state == .running && claimed.epoch == 1)
    #expect(claimed.lane == "a" && claimed.request == job.request)
    #expect(try await pair.one.updates(in: ["a"]).departed == [job.id])
    #expect(try await pair.one.updates(in: ["a"]).departed == [])
    #expect(try await pair.one.claim(job.id, at: SampleJobs.time) == nil)
    #expect(try await !pair.two.updates(in: ["a"]).hasWaiting)
    _ = try await pair.two.end(SampleJobs.ended(claimed))
    #expect(try await pair.one.job(job.id)?.state == .finished(.exited(code: 0)))
  }

  // Twin of P-682.
  @Test(arguments: Adapter.allCases)
  func `what is not offered is its home's alone, as is what no lane is asked for`(
    adapter: Adapter
  ) async throws {
    let pair = try Pair(adapter)
    let job = try SampleJobs.job()
    #expect(try await pair.one.add(job, key: nil) == .added)
    _ = try await pair.two.renewLease(adopts: false)
    #expect(try await !pair.two.updates(in: ["a"]).hasWaiting)
    #expect(try await pair.two.claim(Self.query()).isEmpty)
    #expect(try await pair.two.claim(job.id, at: SampleJobs.time) == nil)
    try await pair.one.offer(job.id, in: "a", at: SampleJobs.time)
    #expect(try await pair.two.claim(Self.query(100, ["b"])).isEmpty)
    #expect(try await !pair.one.updates(in: ["a"]).hasWaiting, "it is its own")
    #expect(try await pair.two.claim(Self.query()).map(\.id) == [job.id])
  }

  @Test(arguments: Adapter.allCases)
  func `the first place goes first, and a refused job holds up none`(
    adapter: Adapter
  ) async throws {
    let pair = try Pair(adapter)
    var jobs: [Job] = []
    for priority in [5, 9, 1, 7] {
      var job = Job(
        request: try SampleJobs.request(["\(priority)"]).prioritized(priority),
        client: Principal(name: priority == 9 ? "busy" : "c"), createdAt: SampleJobs.time)
      job.lane = "a"
      #expect(try await pair.one.add(job, key: nil) == .added)
      jobs.append(job)
    }
    _ = try await pair.two.renewLease(adopts: false)
    let seventh = jobs[3].id
    let query = PullQuery(
      lanes: ["b", "a"], barredClients: [Principal(name: "busy")], countMax: 1,
      time: SampleJobs.time
    ) { found in Set(found.map(\.id).filter { $0 != seventh }.prefix(1)) }
    #expect(try await pair.two.claim(query).map(\.id) == [jobs[0].id])
    #expect(try await pair.two.claim(Self.query()).map(\.id) == [jobs[1].id, seventh, jobs[2].id])
  }

  // Proves P-683.
  @Test(arguments: Adapter.allCases)
  func `nodes that claim at one time have no job in common, and leave none`(
    adapter: Adapter
  ) async throws {
    let pair = try Pair(adapter)
    var added: Set<JobID> = []
    for number in 0..<60 { added.insert(try await pair.offered(["\(number)"]).id) }
    _ = try await pair.two.renewLease(adopts: false)
    let (one, two) = (pair.one, pair.two)
    let ids = added
    async let own = withThrowingTaskGroup(of: JobID?.self) { group in
      for id in ids {
        group.addTask { try await one.claim(id, at: SampleJobs.time) == nil ? nil : id }
      }
      return try await group.reduce(into: []) { $0 += $1.map { [$0] } ?? [] }
    }
    var theirs: [JobID] = []
    for _ in 0..<10 { theirs += try await two.claim(Self.query(3)).map(\.id) }
    let all = try await own + theirs + two.claim(Self.query()).map(\.id)
    #expect(all.count == 60 && Set(all) == added)
  }

  // Proves P-684.
  @Test(arguments: Adapter.allCases)
  func `a cancellation at any node reaches the one that runs the job, until it has ended`(
    adapter: Adapter
  ) async throws {
    let pair = try Pair(adapter)
    let job = try await pair.offered()
    #expect(try await !pair.one.requestCancel(job.id), "it does not run")
    let claimed = try await pair.claim()
    #expect(try await pair.one.requestCancel(job.id))
    for _ in 0..<2 { #expect(try await pair.two.updates(in: []).cancelled == [job.id]) }
    #expect(try await pair.one.updates(in: []).cancelled == [])
    // A request is not lost where the job is queued again without a start.
    try await pair.two.putBack(job.id, epoch: claimed.epoch)
    let again = try await pair.claim()
    #expect(again.epoch > claimed.epoch)
    #expect(try await pair.two.updates(in: []).cancelled == [job.id])
    _ = try await pair.two.end(SampleJobs.ended(again, .cancelled(code: nil)))
    #expect(try await pair.two.updates(in: []).cancelled == [])
    // One that waits is ended by any node, once.
    let waiting = try await pair.offered()
    let ended = try SampleJobs.ended(waiting, .cancelled(code: nil))
    _ = try await pair.two.end(ended)
    await #expect(throws: StoreFailure.fenced) { _ = try await pair.one.end(ended) }
    #expect(try await pair.one.updates(in: []).departed.contains(waiting.id))
    #expect(try await pair.one.claim(waiting.id, at: SampleJobs.time) == nil)
  }

  // Proves P-685.
  @Test(arguments: Adapter.allCases)
  func `the jobs of a node that is silent are adopted, and all that it writes is refused`(
    adapter: Adapter
  ) async throws {
    let pair = try Pair(adapter, isShort: true)
    let (running, waiting) = (try await pair.offered(["r"]), try SampleJobs.job(["w"]))
    let epoch = try #require(try await pair.one.claim(running.id, at: SampleJobs.time))
    #expect(try await pair.one.add(waiting, key: nil) == .added)
    _ = try await pair.one.renewLease(adopts: true)
    let jobs = try await pair.adopted(2)
    #expect(Set(jobs.map(\.id)) == [running.id, waiting.id])
    let taken = try #require(jobs.first { $0.id == running.id })
    #expect(taken.state == .running && taken.epoch > epoch && taken.losses == 1)
    #expect(try await pair.two.renewLease(adopts: true).adopted.isEmpty)
    let unfinished = try await pair.two.unfinishedJobs(after: nil).jobs
    #expect(Set(unfinished.map(\.id)) == Set(jobs.map(\.id)))
    // It was only asleep.
    let late = try SampleJobs.ended(SampleJobs.started(running, epoch: epoch))
    await #expect(throws: StoreFailure.fenced) { _ = try await pair.one.end(late) }
    await #expect(throws: StoreFailure.fenced) {
      try await pair.one.requeue(running.id, epoch: epoch)
    }
    await #expect(throws: StoreFailure.fenced) {
      _ = try await pair.one.add(SampleJobs.job(), key: nil)
    }
    await #expect(throws: StoreFailure.fenced) {
      _ = try await pair.one.claim(waiting.id, at: SampleJobs.time)
    }
    await #expect(throws: StoreFailure.fenced) { _ = try await pair.one.claim(Self.query()) }
    await #expect(throws: StoreFailure.fenced) { _ = try await pair.one.renewLease(adopts: true) }
    _ = try await pair.two.end(SampleJobs.ended(taken, .lost))
    #expect(try await pair.two.job(running.id)?.state == .finished(.lost))
    #expect(try await pair.claimBySecond(waiting.id) == 1)
  }

  // Twin of P-685.
  @Test(arguments: Adapter.allCases)
  func `a node that renews its lease keeps its jobs`(adapter: Adapter) async throws {
    let pair = try Pair(adapter, isShort: true)
    let job = try await pair.offered()
    let epoch = try #require(try await pair.one.claim(job.id, at: SampleJobs.time))
    for _ in 0..<14 {
      _ = try await pair.one.renewLease(adopts: true)
      #expect(try await pair.two.renewLease(adopts: true).adopted.isEmpty)
      if adapter == .postgresql { try await Task.sleep(for: .milliseconds(100)) }
    }
    _ = try await pair.one.end(SampleJobs.ended(SampleJobs.started(job, epoch: epoch)))
  }

  // Proves P-686.
  @Test(arguments: Adapter.allCases)
  func `a node that leaves is not waited for`(adapter: Adapter) async throws {
    let pair = try Pair(adapter)
    let (running, waiting) = (try await pair.offered(["r"]), try SampleJobs.job(["w"]))
    _ = try await pair.one.claim(running.id, at: SampleJobs.time)
    #expect(try await pair.one.requestCancel(running.id))
    #expect(try await pair.one.add(waiting, key: nil) == .added)
    _ = try await pair.two.renewLease(adopts: true)
    await pair.one.leave()
    var jobs = try await pair.two.renewLease(adopts: true).adopted
    jobs += try await pair.two.renewLease(adopts: true).adopted
    #expect(Set(jobs.map(\.id)) == [running.id, waiting.id])
    #expect(jobs.filter(\.isCancelRequested).map(\.id) == [running.id])
    await #expect(throws: StoreFailure.fenced) {
      _ = try await pair.one.add(SampleJobs.job(), key: nil)
    }
  }

  // Proves P-687.
  @Test(arguments: Adapter.allCases)
  func `one key at two nodes at one time is one job`(adapter: Adapter) async throws {
    let pair = try Pair(adapter)
    for round in 0..<20 {
      let (first, second) = (try SampleJobs.job(), try SampleJobs.job())
      let (one, two) = (pair.one, pair.two)
      async let left = one.add(first, key: "k\(round)")
      async let right = two.add(second, key: "k\(round)")
      let results = try await [left, right]
      #expect(results.contains(.added))
      #expect(results.contains(results[0] == .added ? .known(first.id) : .known(second.id)))
      #expect(try await pair.two.add(SampleJobs.job(["y"]), key: "k\(round)") == .keyTaken)
    }
  }

  @Test(arguments: Adapter.allCases)
  func `what one node says of the queue is what the other one reads`(
    adapter: Adapter
  ) async throws {
    let pair = try Pair(adapter)
    let (job, other) = (try await pair.offered(), try await pair.offered())
    try await pair.one.setPaused(true)
    #expect(try await pair.two.updates(in: []).isPaused)
    try await pair.two.setPaused(false)
    #expect(try await !pair.one.updates(in: []).isPaused)
    _ = try await pair.one.claim(job.id, at: SampleJobs.time)
    #expect(try await pair.two.queueCounts() == QueueCounts(waiting: 1, running: 1))
    #expect(
      try await pair.two.stages(of: [job.id, other.id, .random()])
        == [
          job.id: StageStatus(status: .running, epoch: 1),
          other.id: StageStatus(status: .queued, epoch: 0),
        ])
    #expect(try await pair.two.stages(of: []) == [:])
  }

  @Test(arguments: Adapter.allCases)
  func `an end on one node and a job that is to follow it on another miss each other never`(
    adapter: Adapter
  ) async throws {
    let pair = try Pair(adapter)
    for _ in 0..<20 {
      let first = try await pair.offered()
      let epoch = try #require(try await pair.one.claim(first.id, at: SampleJobs.time))
      let ended = try SampleJobs.ended(SampleJobs.started(first, epoch: epoch))
      let follower = Job(
        request: try SampleJobs.request().scheduled(
          JobSchedule(after: [first.id], notBefore: nil)), client: first.client,
        createdAt: SampleJobs.time)
      let (one, two) = (pair.one, pair.two)
      async let end = one.end(ended)
      async let addition = two.add(follower, key: nil)
      _ = try await (end, addition)
      #expect(try await two.predecessors(of: follower.id) == PredecessorStates())
    }
  }
}
