import RunnerCore

/// The life of a job as server-sent events (WHATWG HTML, section 9.2): `status`, `stdout`,
/// `stderr`, `gone`, `restart`, `end`. Told from its beginning, or from behind any event that was
/// told before, whether it lives or has ended.
struct EventStream: FollowSource {
  /// An id that does not fit the job: a sentence for the client.
  struct Fault: Error, Hashable, Sendable {
    let error: String
  }

  private let feed: JobFeed
  private var place: EventID
  private var stdout = TextCursor(.stdout)
  private var stderr = TextCursor(.stderr)
  /// What was told before was of an earlier run.
  private var isRestart = false

  /// - Parameter job: what `feed` said at first.
  init(_ feed: JobFeed, _ job: Job) {
    self.feed = feed
    self.place = EventID(attempt: Int(job.attempt), milestone: .nothing)
  }

  /// Goes on behind an event that was told before, by this process or another.
  ///
  /// - Throws: `Fault` for what is no id, and for one that is beyond what can have been told.
  mutating func resume(after text: String, _ job: Job) throws(Fault) {
    guard let given = EventID(text), given.attempt <= place.attempt else {
      throw Fault(error: "It is not the id of an event of this job.")
    }
    if given.attempt < place.attempt || (job.startedAt == nil && !job.hasEnded) {
      // Of a run of which nothing is left, unless nothing was told of it.
      isRestart = given.milestone > .queued
      if !isRestart { place.milestone = given.milestone }
      return
    }
    guard given.milestone <= Self.milestone(of: job) else {
      throw Fault(error: "The job has not come as far as this id says.")
    }
    place.milestone = given.milestone
    stdout = try cursor(.stdout, given.stdout, job)
    stderr = try cursor(.stderr, given.stderr, job)
  }

  /// There is nothing left to tell.
  var isOver: Bool { place.milestone == .end }

  private static func milestone(of job: Job) -> EventID.Milestone {
    switch job.state {
    case .queued: .queued
    case .running: .running
    case .finished: .end
    }
  }

  private func cursor(
    _ stream: OutputStreamName, _ offset: Int, _ job: Job
  ) throws(Fault) -> TextCursor {
    let total = feed.read(stream, at: offset, bytesMax: 0)?.totalBytes ?? 0
    if UInt64(offset) <= total { return TextCursor(stream, from: offset) }
    // What the service had not on the disk when it died, the client may well have.
    guard case .finished(.lost) = job.state else {
      throw Fault(
        error: "The id is beyond the end of \(stream.rawValue), which has \(total) bytes now.")
    }
    return TextCursor(stream, from: Int(clamping: total))
  }

  mutating func next(bytesMax: Int, isBeatDue: Bool) -> FollowStep {
    // Asked first: what has ended by now is there in full when it is read.
    guard let job = feed.job else { return .broken }
    if isOver { return .end }
    var text: [UInt8] = []
    tellStart(of: job, &text)
    let bytesLeft = bytesMax - text.count
    tell(\.stdout, bytesLeft, job.hasEnded, isBeatDue, &text)
    if text.isEmpty || text.count < bytesMax / 2 {
      tell(\.stderr, bytesLeft, job.hasEnded, isBeatDue, &text)
    }
    if job.hasEnded, stdout.isAtEnd, stderr.isAtEnd { tellEnd(of: job, &text) }
    if !text.isEmpty { return .bytes(text[...]) }
    // A comment, which clients ignore: whoever left is noticed, and proxies see that there is life.
    return isBeatDue ? .bytes(Array(":\n\n".utf8)[...]) : .wait
  }

  private mutating func tellStart(of job: Job, _ text: inout [UInt8]) {
    if isRestart {
      isRestart = false
      write("restart", &text) { writer in
        writer.key("attempt")
        writer.number(job.attempt)
      }
    }
    if place.milestone < .queued {
      place.milestone = .queued
      tell("queued", "createdAt", job.createdAt, &text)
    }
    if place.milestone < .running, let time = job.startedAt {
      place.milestone = .running
      tell("running", "startedAt", time, &text)
    }
  }

  private mutating func tellEnd(of job: Job, _ text: inout [UInt8]) {
    if place.milestone < .finished {
      place.milestone = .finished
      tell("finished", "finishedAt", job.finishedAt ?? job.createdAt, &text)
    }
    place.milestone = .end
    write("end", JobDocument.summary(of: job.snapshot()), &text)
  }

  private func tell(_ status: String, _ key: String, _ time: Timestamp, _ text: inout [UInt8]) {
    write("status", &text) { writer in
      writer.key("status")
      writer.string(status)
      writer.key(key)
      writer.string(time.description)
    }
  }

  private mutating func tell(
    _ cursor: WritableKeyPath<EventStream, TextCursor>, _ bytesMax: Int, _ hasEnded: Bool,
    _ isBeatDue: Bool, _ text: inout [UInt8]
  ) {
    let find = self[keyPath: cursor].next(
      feed, bytesMax: max(1, bytesMax), hasEnded: hasEnded, mayRepeat: isBeatDue)
    let name = self[keyPath: cursor].stream.rawValue
    place.stdout = stdout.told
    place.stderr = stderr.told
    switch find {
    case .nothing:
      break
    case .text(let encoded):
      write(name, Array(#"{"text":""#.utf8) + encoded + Array(#""}"#.utf8), &text)
    case .gone(let from, let count):
      write("gone", &text) { writer in
        writer.key("stream")
        writer.string(name)
        writer.key("from")
        writer.number(from)
        writer.key("bytes")
        writer.number(count)
      }
    }
  }

  private func write(
    _ event: String, _ text: inout [UInt8], _ members: (inout JSONWriter) -> Void
  ) {
    var writer = JSONWriter()
    writer.beginObject()
    members(&writer)
    writer.endObject()
    write(event, writer.bytes, &text)
  }

  /// - Parameter data: JSON, which has no line break.
  private func write(_ event: String, _ data: [UInt8], _ text: inout [UInt8]) {
    text += Array("event: \(event)\nid: \(place.text)\ndata: ".utf8)
    text += data
    text += [UInt8(ascii: "\n"), UInt8(ascii: "\n")]
  }
}
