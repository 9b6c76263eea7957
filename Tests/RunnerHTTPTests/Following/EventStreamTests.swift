import RunnerCore
import Testing
import TextFormats

@testable import RunnerHTTP

/// Events as they are made, without a connection.
struct EventStreamTests {
  /// A job, and what is told of it.
  private struct JobRun {
    let launcher = LiveLauncher()
    let engine: JobEngine
    let id: JobID

    init() async throws {
      engine = TestServer.engine(launcher)
      let request = try JobRequest(command: TestServer.program, arguments: ["live"])
      id = try await engine.submit(request).id
      await launcher.begun()
    }

    func stream(after id: String? = nil) async throws -> EventStream {
      let feed = try #require(try await engine.feed(of: self.id, wake: {}))
      let job = try #require(feed.job)
      var stream = EventStream(feed, job)
      if let id { try stream.resume(after: id, job) }
      return stream
    }

    /// Ends it, and returns when that can be seen.
    func end(_ outcome: JobOutcome = .exited(code: 0)) async throws {
      await withCheckedContinuation { continuation in
        #expect(engine.observeEnd(of: id) { continuation.resume() } != nil)
        #expect(throws: Never.self) { try launcher.end(0, outcome) }
      }
    }
  }

  /// All that is to be had now.
  private func events(_ stream: inout EventStream, bytesMax: Int = 20_000) -> [SentEvent] {
    var bytes: [UInt8] = []
    while case .bytes(let more) = stream.next(bytesMax: bytesMax, isHeartbeatDue: false) {
      bytes += more
    }
    return SentEvent.all(in: bytes)
  }

  /// What JSON makes of a text.
  private func encoded(_ bytes: [UInt8]) -> String {
    var encoder = JSONStringEncoder()
    var text: [UInt8] = []
    encoder.encode(bytes[...], into: &text)
    encoder.finish(into: &text)
    return String(decoding: text, as: UTF8.self)
  }

  @Test(arguments: ["ü", "€", "𝄞"], [OutputStreamName.stdout, .stderr])
  func `a character that is cut anywhere arrives whole`(
    character: String, stream: OutputStreamName
  ) async throws {
    let bytes = Array(character.utf8)
    let life = try await JobRun()
    var events = try await life.stream()
    _ = self.events(&events)
    var told: [SentEvent] = []
    for cut in 1..<bytes.count {
      try life.launcher.write(Array(bytes[..<cut]), to: stream)
      let early = self.events(&events)
      #expect(early == [], "half a character is no news")
      // Whoever joins now, or comes again, hears the whole character all the same.
      var late = try await life.stream(after: told.last?.id)
      #expect(SentEvent.text(stream.rawValue, in: self.events(&late)) == "")
      try life.launcher.write(Array(bytes[cut...]), to: stream)
      #expect(SentEvent.text(stream.rawValue, in: self.events(&late)) == character)
      told += self.events(&events)
    }
    #expect(told.map(\.data) == Array(repeating: "{\"text\":\"\(character)\"}", count: told.count))
    #expect(told.count == bytes.count - 1)
  }

  @Test func `without output its life is told, and it goes on behind any of it`() async throws {
    let life = try await JobRun()
    try life.launcher.write(Array("never told here".utf8))
    try await life.end()
    let feed = try #require(try await life.engine.feed(of: life.id, wake: {}))
    let job = try #require(feed.job)
    var first = EventStream(feed, job, hasOutput: false)
    let told = events(&first)
    #expect(told.map(\.name) == ["status", "status", "status", "end"])
    for (index, event) in told.enumerated() {
      var rest = EventStream(feed, job, hasOutput: false)
      try rest.resume(after: event.id, job)
      #expect(events(&rest) == Array(told[(index + 1)...]))
    }
  }

  // Proves P-064.
  @Test func `from behind any event comes exactly the rest, while it lives and after`() async throws
  {
    let life = try await JobRun()
    let stdout = Array("aü€𝄞\"\\\n".utf8) + [0xff, 0xe2, 0x82, 0x41, 0xf0, 0x9d] + Array("z€".utf8)
    let stderr = Array("Ö".utf8) + [0x00, 0xc3]
    var first = try await life.stream()
    var told = events(&first)
    for index in 0..<max(stdout.count, stderr.count) {
      if index < stdout.count { try life.launcher.write([stdout[index]]) }
      if index < stderr.count { try life.launcher.write([stderr[index]], to: .stderr) }
      told += events(&first)
    }
    let known = told
    try await check(life, known, whole: nil)
    try await life.end()
    told += events(&first)
    #expect(first.isOver)
    #expect(SentEvent.text("stdout", in: told) == encoded(stdout))
    #expect(SentEvent.text("stderr", in: told) == encoded(stderr))
    #expect(told.map(\.id) == Array(Set(told.map(\.id))).sorted { told.index($0) < told.index($1) })
    try await check(life, told, whole: told)
  }

  /// Comes again behind each event of `told`, and compares.
  private func check(
    _ life: JobRun, _ told: [SentEvent], whole: [SentEvent]?, bytesMax: [Int] = [1, 7, 20_000]
  ) async throws {
    for (index, event) in told.enumerated() {
      for bytesMax in bytesMax {
        var again = try await life.stream(after: event.id)
        let rest = events(&again, bytesMax: bytesMax)
        let expected = Array(told[(index + 1)...])
        for stream in ["stdout", "stderr"] {
          #expect(
            SentEvent.text(stream, in: rest) == SentEvent.text(stream, in: expected),
            "\(stream) behind \(event.id)")
        }
        let others = { (events: [SentEvent]) in
          events.filter { $0.name == "status" || $0.name == "end" }.map(\.data)
        }
        #expect(others(rest) == others(expected), "behind \(event.id)")
        #expect(again.isOver == (whole != nil))
        if let last = whole?.last { #expect(rest.last?.id ?? last.id == last.id) }
      }
    }
  }

  @Test func `a life is told in order, whenever one begins to listen`() async throws {
    let life = try await JobRun()
    var early = try await life.stream()
    var told = events(&early)
    #expect(told.map(\.name) == ["status", "status"])
    #expect(told.map(\.id) == ["1-1-0-0", "1-2-0-0"])
    #expect(told[0].data == #"{"status":"queued","createdAt":"2023-11-14T22:13:20.000Z"}"#)
    #expect(told[1].data == #"{"status":"running","startedAt":"2023-11-14T22:13:20.000Z"}"#)
    try life.launcher.write("out")
    try life.launcher.write("err", to: .stderr)
    try await life.end(.exited(code: 7))
    told += events(&early)
    #expect(told.map(\.name) == ["status", "status", "stdout", "stderr", "status", "end"])
    #expect(told[4].data == #"{"status":"finished","finishedAt":"2023-11-14T22:13:20.000Z"}"#)
    #expect(told[5].data.contains(#""code":7"#) && told[5].data.contains(#""outcome":"exited""#))
    #expect(told[5].id == "1-4-3-3")
    var late = try await life.stream()
    #expect(events(&late) == told)
  }

  @Test(arguments: [
    "", "1", "1-2-0", "1-2-0-0-0", "1-2-0-x", "1-2--0", " 1-2-0-0", "1-2-0-0 ", "+1-2-0-0",
    "1-5-0-0", "0-1-0-0", "2-1-0-0", "1-3-0-0", "1-4-3-0", "1-2-4-0", "1-2-3-1",
    "1-2-99999999999-0",
    "1-2-9999999999999999999-0", "1-2-0-0,1-2-0-0",
  ])
  func `an id that no event of this job can have had is refused`(id: String) async throws {
    let life = try await JobRun()
    try life.launcher.write("abc")
    await #expect(throws: EventStream.ParseError.self) { _ = try await life.stream(after: id) }
    // The twin: the last that was.
    var stream = try await life.stream(after: "1-2-3-0")
    #expect(events(&stream) == [])
  }

  @Test func `a comment is all that a client hears when there is nothing`() async throws {
    let life = try await JobRun()
    var stream = try await life.stream()
    _ = events(&stream)
    guard case .wait = stream.next(bytesMax: 100, isHeartbeatDue: false) else {
      Issue.record("there is nothing")
      return
    }
    guard case .bytes(let comment) = stream.next(bytesMax: 100, isHeartbeatDue: true) else {
      Issue.record("somebody waits")
      return
    }
    #expect(SentEvent.all(in: comment).map(\.isComment) == [true])
  }
}

extension [SentEvent] {
  fileprivate func index(_ id: String) -> Int { firstIndex { $0.id == id } ?? -1 }
}
