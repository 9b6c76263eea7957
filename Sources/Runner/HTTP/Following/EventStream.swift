import RunnerCore
import TextFormats

/// The life of a job as server-sent events (WHATWG HTML, section 9.2): `status`, `stdout`,
/// `stderr`, `gone`, `restart`, `progress`, `end`. Sent from the beginning, or from behind any
/// event that was sent before, whether the job is live or has ended.
struct EventStream: FollowSource {
  /// An id that does not fit the job: a sentence for the client.
  struct ParseError: Error, Hashable, Sendable {
    let error: String
  }

  private let feed: JobFeed
  private var position: EventID
  private var stdout = TextCursor(.stdout)
  private var stderr = TextCursor(.stderr)
  /// The client's last event belongs to an earlier run of the job.
  private var isRestart = false
  /// Whether the output of the job is sent, too; else only what of it is gone, at its end.
  private let hasOutput: Bool
  /// Version of the progress that was sent last.
  private var progressVersion: UInt64 = 0

  /// - Parameter job: what `feed` said at first.
  init(_ feed: JobFeed, _ job: Job, hasOutput: Bool = true) {
    self.feed = feed
    self.hasOutput = hasOutput
    self.position = EventID(attempt: Int(job.attempt), milestone: .nothing)
  }

  /// Continues behind an event that was sent before, by this process or another.
  ///
  /// - Throws: `ParseError` for a malformed id, and for one beyond what can have been sent.
  mutating func resume(after text: String, _ job: Job) throws(ParseError) {
    guard let given = EventID(text), given.attempt <= position.attempt else {
      throw ParseError(error: "It is not the id of an event of this job.")
    }
    if given.attempt < position.attempt || (job.startedAt == nil && !job.hasEnded) {
      // An earlier run, of which nothing is left: a restart, unless no event of it was sent.
      isRestart = given.milestone > .queued
      if !isRestart { position.milestone = given.milestone }
      return
    }
    guard given.milestone <= Self.milestone(of: job) else {
      throw ParseError(error: "The job has not come as far as this id says.")
    }
    position.milestone = given.milestone
    stdout = try cursor(.stdout, given.stdout, job)
    stderr = try cursor(.stderr, given.stderr, job)
  }

  /// Every event is sent.
  var isOver: Bool { position.milestone == .end }

  private static func milestone(of job: Job) -> EventID.Milestone {
    switch job.state {
    case .queued: .queued
    case .running: .running
    case .finished: .end
    }
  }

  private func cursor(
    _ stream: OutputStreamName, _ offset: Int, _ job: Job
  ) throws(ParseError) -> TextCursor {
    let total = feed.read(stream, at: offset, bytesMax: 0)?.totalBytes ?? 0
    if UInt64(offset) <= total { return TextCursor(stream, from: offset) }
    // What the service had not on the disk when it died, the client may well have.
    guard case .finished(.lost) = job.state else {
      throw ParseError(
        error: "The id is beyond the end of \(stream.rawValue), which has \(total) bytes now.")
    }
    return TextCursor(stream, from: Int(clamping: total))
  }

  mutating func next(bytesMax: Int, isHeartbeatDue: Bool) -> FollowStep {
    // Asked first: what has ended by now is there in full when it is read.
    guard let job = feed.job else { return .broken }
    if isOver { return .end }
    if Int(job.attempt) != position.attempt { beginRun(Int(job.attempt)) }
    var text: [UInt8] = []
    appendStartEvents(of: job, &text)
    if hasOutput {
      let bytesLeft = bytesMax - text.count
      appendOutput(\.stdout, bytesLeft, job.hasEnded, isHeartbeatDue, &text)
      if text.isEmpty || text.count < bytesMax / 2 {
        appendOutput(\.stderr, bytesLeft, job.hasEnded, isHeartbeatDue, &text)
      }
    }
    let isOutputSent = !hasOutput || (stdout.isAtEnd && stderr.isAtEnd)
    if !job.hasEnded { appendProgress(&text) }
    if job.hasEnded, isOutputSent { appendEndEvents(of: job, &text) }
    if !text.isEmpty { return .bytes(text[...]) }
    // The heartbeat: a comment, which clients ignore. It detects dead peers and keeps proxies open.
    // No empty line: some clients make an event without data of a comment that one follows.
    return isHeartbeatDue ? .bytes(Array(":\n".utf8)[...]) : .wait
  }

  /// The job runs again: nothing of its earlier run is left.
  private mutating func beginRun(_ attempt: Int) {
    isRestart = position.milestone > .queued
    position = EventID(attempt: attempt, milestone: .nothing)
    stdout = TextCursor(.stdout)
    stderr = TextCursor(.stderr)
    progressVersion = 0
  }

  private mutating func appendStartEvents(of job: Job, _ text: inout [UInt8]) {
    if isRestart {
      isRestart = false
      append("restart", &text) { writer in
        writer.key("attempt")
        writer.number(job.attempt)
      }
    }
    if position.milestone < .queued {
      position.milestone = .queued
      appendStatus("queued", "createdAt", job.createdAt, &text)
    }
    if position.milestone < .running, let time = job.startedAt {
      position.milestone = .running
      appendStatus("running", "startedAt", time, &text)
    }
  }

  /// What cannot be had of the streams of a job that has ended, where they are read by
  /// `/stdout` and `/stderr`. The events have no id: they come again until the one behind has come.
  private func appendGaps(_ text: inout [UInt8]) {
    for stream in [OutputStreamName.stdout, .stderr] {
      guard let gap = feed.read(stream, at: 0, bytesMax: 0)?.gap, !gap.isEmpty else { continue }
      appendGap(of: stream, from: gap.lowerBound, bytes: gap.count, &text)
    }
  }

  private mutating func appendEndEvents(of job: Job, _ text: inout [UInt8]) {
    if position.milestone < .finished {
      if !hasOutput { appendGaps(&text) }
      if case .finished(.lost) = job.state { appendLosses(&text) }
      let progress = job.accounting.progressJSON
      if !progress.isEmpty { append("progress", progress, &text) }
      position.milestone = .finished
      appendStatus("finished", "finishedAt", job.finishedAt ?? job.createdAt, &text)
    }
    position.milestone = .end
    append("end", JobDocument.summary(of: job.snapshot()), &text)
  }

  /// The newest state, four times a second at most. It moves no position: its id is that of the
  /// event before it.
  private mutating func appendProgress(_ text: inout [UInt8]) {
    guard position.milestone == .running,
      let progress = feed.progress(after: progressVersion)
    else { return }
    progressVersion = progress.version
    append("progress", progress.json, &text)
  }

  /// What a job wrote last before the service died may be gone with it, and was not counted. The
  /// events have no id: they come again until the one behind them has come.
  private func appendLosses(_ text: inout [UInt8]) {
    for cursor in [stdout, stderr] {
      let read = feed.read(cursor.stream, at: 0, bytesMax: 0)?.totalBytes ?? 0
      let from = hasOutput ? cursor.sentOffset : Int(clamping: read)
      appendGap(of: cursor.stream, from: from, bytes: nil, &text)
    }
  }

  /// A `gone` without an id.
  private func appendGap(
    of stream: OutputStreamName, from offset: Int, bytes: Int?, _ text: inout [UInt8]
  ) {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("stream")
    writer.string(stream.rawValue)
    writer.key("from")
    writer.number(offset)
    writer.key("bytes")
    if let bytes { writer.number(bytes) } else { writer.null() }
    writer.endObject()
    text += Array("event: gone\ndata: ".utf8) + writer.bytes + Array("\n\n".utf8)
  }

  private func appendStatus(
    _ status: String, _ key: String, _ time: Timestamp, _ text: inout [UInt8]
  ) {
    append("status", &text) { writer in
      writer.key("status")
      writer.string(status)
      writer.key(key)
      writer.string(time.description)
    }
  }

  private mutating func appendOutput(
    _ cursor: WritableKeyPath<EventStream, TextCursor>, _ bytesMax: Int, _ hasEnded: Bool,
    _ isHeartbeatDue: Bool, _ text: inout [UInt8]
  ) {
    let segment = self[keyPath: cursor].next(
      feed, bytesMax: max(1, bytesMax), hasEnded: hasEnded, mayRepeatGap: isHeartbeatDue)
    let name = self[keyPath: cursor].stream.rawValue
    position.stdout = stdout.sentOffset
    position.stderr = stderr.sentOffset
    switch segment {
    case .nothing:
      break
    case .text(let encoded):
      append(name, Array(#"{"text":""#.utf8) + encoded + Array(#""}"#.utf8), &text)
    case .gone(let from, let count):
      append("gone", &text) { writer in
        writer.key("stream")
        writer.string(name)
        writer.key("from")
        writer.number(from)
        writer.key("bytes")
        writer.number(count)
      }
    }
  }

  private func append(
    _ event: String, _ text: inout [UInt8], _ members: (inout JSONWriter) -> Void
  ) {
    var writer = JSONWriter()
    writer.beginObject()
    members(&writer)
    writer.endObject()
    append(event, writer.bytes, &text)
  }

  /// - Parameter data: JSON, which has no line break.
  private func append(_ event: String, _ data: [UInt8], _ text: inout [UInt8]) {
    text += Array("event: \(event)\nid: \(position.text)\ndata: ".utf8)
    text += data
    text += [UInt8(ascii: "\n"), UInt8(ascii: "\n")]
  }
}
