import RunnerCore
import RunnerProgress
import Testing

@testable import RunnerHTTP

/// Progress among the events of a job.
@Suite(.timeLimit(.minutes(30)))
struct ProgressEventTests {
  private let launcher = LiveLauncher()

  private func events(_ stream: inout EventStream) -> [SentEvent] {
    var bytes: [UInt8] = []
    while case .bytes(let more) = stream.next(bytesMax: 20_000, isHeartbeatDue: false) {
      bytes += more
    }
    return SentEvent.all(in: bytes)
  }

  private func stream(
    _ engine: JobEngine, _ id: JobID, after last: String? = nil,
    wake: @escaping @Sendable () -> Void = {}
  ) async throws -> EventStream {
    let feed = try #require(try await engine.feed(of: id, wake: wake))
    let job = try #require(feed.job)
    var stream = EventStream(feed, job)
    if let last { try stream.resume(after: last, job) }
    return stream
  }

  @Test func `progress is told as it changes, and once before the end`() async throws {
    let engine = TestServer.engine(launcher, entry: EntryProgress(.percent))
    let id = try await engine.submit(JobRequest(command: TestServer.program, arguments: [])).id
    await launcher.begun()
    let (news, wake) = AsyncStream<Void>.makeStream()
    var iterator = news.makeAsyncIterator()
    var stream = try await self.stream(engine, id) { wake.yield() }
    var told = events(&stream)
    #expect(told.map(\.name) == ["status", "status", "progress"])
    #expect(told.last?.data == #"{"fraction":null}"#)
    try launcher.write("50%\n", to: .stderr)
    while !told.contains(where: { $0.data == #"{"fraction":0.5}"# }) {
      _ = await iterator.next()
      told += events(&stream)
    }
    // It moves no position: a client that comes again with its id misses nothing and gets no more.
    let half = try #require(told.last { $0.name == "progress" })
    #expect(half.id == told.last { $0.name != "progress" }?.id)
    await withCheckedContinuation { continuation in
      #expect(engine.observeEnd(of: id) { continuation.resume() } != nil)
      #expect(throws: Never.self) { try launcher.end() }
    }
    let rest = events(&stream)
    #expect(rest.map(\.name) == ["progress", "status", "end"])
    #expect(rest[0].data == #"{"fraction":1}"#)
    var again = try await self.stream(engine, id, after: half.id)
    #expect(events(&again).map(\.name) == ["progress", "status", "end"])
    var late = try await self.stream(engine, id)
    #expect(
      events(&late).map(\.name) == ["status", "status", "stderr", "progress", "status", "end"])
    await engine.shutDown()
  }
}
