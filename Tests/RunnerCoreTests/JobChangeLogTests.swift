import RunnerProgress
import Testing

@testable import RunnerCore

/// What those that watch all jobs are told.
@Suite(.timeLimit(.minutes(30)))
struct JobChangeLogTests {
  private typealias Harness = EngineHarness<ManualLauncher>

  /// The changes behind a position, once the task has looked.
  private func changes(
    _ feed: JobChangeFeed, after position: JobChangePosition, _ harness: Harness
  ) async throws -> [JobChange] {
    while true {
      let found = try #require(feed.changes(after: position, bytesMax: 1 << 20))
      if !found.isEmpty { return found }
      harness.clock.advance(seconds: 0.25)
      await Task.yield()
    }
  }

  private func text(_ change: JobChange) -> String { String(decoding: change.json, as: UTF8.self) }

  // Proves P-570.
  @Test func `a job that starts and ends between two looks is one change, its newest`()
    async throws
  {
    let harness = Harness(ManualLauncher())
    let feed = harness.engine.changes(wake: {})
    let job = try await harness.submit()
    harness.launcher.end(try #require(await harness.launcher.next()).launchID)
    await harness.end(of: job.id)
    let told = try await changes(feed, after: feed.start, harness)
    #expect(told.map(\.kind) == [.job] && told[0].id == job.id)
    #expect(text(told[0]).contains(#""status":"finished""#))
    #expect(told[0].owner == .unidentified)
  }

  // Proves P-570.
  @Test func `jobs that change between two looks are told in that order`() async throws {
    let harness = Harness(ManualLauncher())
    let feed = harness.engine.changes(wake: {})
    var ids: [JobID] = []
    for _ in 0..<12 { ids.append(try await harness.submit(callback: nil).id) }
    var told: [JobID] = []
    var position = feed.start
    while told.count < ids.count {
      for change in try await changes(feed, after: position, harness) {
        position = JobChangePosition(log: position.log, sequence: change.sequence)
        if !told.contains(change.id) { told.append(change.id) }
      }
    }
    #expect(told == ids)
    await harness.engine.shutDown()
  }

  @Test func `what changes later is told behind it, and what is forgotten is gone`() async throws {
    let harness = Harness(ManualLauncher())
    let feed = harness.engine.changes(wake: {})
    let job = try await harness.submit(callback: nil)
    let order = try #require(await harness.launcher.next())
    let first = try await changes(feed, after: feed.start, harness)
    #expect(text(first[0]).contains(#""status":"running""#))
    var position = JobChangePosition(log: feed.start.log, sequence: first[0].sequence)
    harness.launcher.end(order.launchID)
    await harness.end(of: job.id)
    let second = try await changes(feed, after: position, harness)
    #expect(second.count == 1 && text(second[0]).contains(#""status":"finished""#))
    // One that comes later gets the newest alone.
    #expect(feed.changes(after: feed.start, bytesMax: 1 << 20)?.count == 1)
    position = JobChangePosition(log: feed.start.log, sequence: second[0].sequence)
    while try await harness.engine.delete(job.id) != true { await Task.yield() }
    let third = try await changes(feed, after: position, harness)
    #expect(third.map(\.kind) == [.gone] && text(third[0]) == #"{"id":"\#(job.id)"}"#)
    // It is told to those alone that it was there for.
    #expect(third[0].owner == .unidentified)
  }

  @Test func `jobs that run when the first one comes are told, and positions of others are lost`()
    async throws
  {
    let harness = Harness(ManualLauncher())
    let job = try await harness.submit()
    _ = try #require(await harness.launcher.next())
    let feed = harness.engine.changes(wake: {})
    let told = try await changes(feed, after: feed.start, harness)
    #expect(told.map(\.id) == [job.id])
    let other = JobChangePosition(log: feed.start.log ^ 1, sequence: 0)
    #expect(feed.changes(after: other, bytesMax: 1) == nil)
    let future = JobChangePosition(log: feed.start.log, sequence: feed.end.sequence + 1)
    #expect(feed.changes(after: future, bytesMax: 1) == nil)
  }

  @Test func `progress is told once a second, and ends with the run`() async throws {
    let harness = Harness(
      ManualLauncher(),
      entries: Array(repeating: EngineEntry(progress: EntryProgress(.percent)), count: 2))
    let feed = harness.engine.changes(wake: {})
    let job = try await harness.submit()
    let order = try #require(await harness.launcher.next())
    var position = feed.start
    var told: [JobChange] = []
    while !told.contains(where: { text($0).contains(#""fraction":0.5"#) && $0.kind == .progress }) {
      order.output.append(Array("50%\n".utf8)[...], of: .stderr)
      let more = try await changes(feed, after: position, harness)
      position = JobChangePosition(log: position.log, sequence: try #require(more.last).sequence)
      told += more
    }
    #expect(told.allSatisfy { $0.id == job.id && $0.owner == .unidentified })
    harness.launcher.end(order.launchID)
    await harness.end(of: job.id)
    while !text(try #require(told.last)).contains("finished") {
      told += try await changes(feed, after: position, harness)
      position = JobChangePosition(log: position.log, sequence: try #require(told.last).sequence)
    }
    let kept = feed.changes(after: feed.start, bytesMax: 1 << 20)
    #expect(kept?.map(\.kind) == [.job])
  }

  // Proves P-571.
  @Test func `the changes are bounded, and who is behind is told so`() {
    var backlog = JobChangeBacklog()
    let count = 3 * JobChangeBacklog.countMax
    for _ in 0..<count { backlog.append(.job, of: .random(), owner: nil, [1]) }
    #expect(backlog.last == UInt64(count) && backlog.lost > 0)
    #expect(backlog.changes(after: 0, bytesMax: .max) == nil)
    let kept = backlog.changes(after: backlog.lost, bytesMax: .max)
    #expect(kept?.count == count - Int(backlog.lost))
    #expect((kept?.count ?? .max) <= 2 * JobChangeBacklog.countMax)
    // By bytes as well.
    var large = JobChangeBacklog()
    for _ in 0..<10 {
      large.append(
        .job, of: .random(), owner: nil,
        Array(repeating: 1, count: JobChangeBacklog.bytesMax / 4))
    }
    let bytes = large.changes(after: large.lost, bytesMax: .max)?.map(\.json.count).reduce(0, +)
    #expect((bytes ?? .max) <= JobChangeBacklog.bytesMax && large.lost > 0)
    // What is the same is no change; what is skipped is lost.
    let id = JobID.random()
    let first = large.append(.job, of: id, owner: nil, [1])
    let second = large.append(.job, of: id, owner: nil, [1])
    #expect(first && !second)
    large.skip()
    #expect(large.changes(after: large.last - 1, bytesMax: 1) == nil)
    #expect(large.changes(after: large.last, bytesMax: 1)?.isEmpty == true)
  }

  @Test func `a reader gets pieces, in their order`() throws {
    var backlog = JobChangeBacklog()
    let ids = (0..<100).map { _ in JobID.random() }
    for id in ids + ids {
      backlog.append(.job, of: id, owner: nil, [UInt8(backlog.last % 250 + 1)])
    }
    var position: UInt64 = 0
    var read: [JobID] = []
    while let part = backlog.changes(after: position, bytesMax: 7), let last = part.last {
      #expect(part.count <= 7)
      read += part.map(\.id)
      position = last.sequence
    }
    #expect(read == ids && position == backlog.last)
  }

  @Test(arguments: [
    "", "-", "1", "1-", "-1", "1-1-1", "x-1", "+1-1", "1-+1", "1--1", " 1-1", "1-1 ",
    "11111111111111111-1", "1-11111111111111111111", "ffffffffffffffff-18446744073709551616",
  ])
  func `what is no position is none`(text: String) {
    #expect(JobChangePosition(text) == nil)
  }

  @Test func `a position is read as it was written`() {
    for position in [
      JobChangePosition(log: 1, sequence: 0), JobChangePosition(log: .max, sequence: 1 << 60),
    ] { #expect(JobChangePosition(position.text) == position) }
  }
}
