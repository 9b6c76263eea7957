import TextFormats

/// A job as JSON, in the original's order of keys, read in pieces so that 32 MiB of output never
/// stand in memory twice.
///
/// `stderr, stdout, id, code, command, arguments, argumentsBase64?, call?, callback?,
/// callbackOutput?, labels?, priority?, after?, notBefore?, deadline?, status, waiting?, frozen?,
/// attempts?, createdAt, heldUntil?, startedAt?, finishedAt?, progress?, requestId?, warnings?,
/// outputCut?, truncated?, truncatedAt?, outputReleased?, outcome?, signal?, signalName?,
/// limitsMet?, unfinished?, short?, files?, succeeded?, results?, usage?, refused?, enforced?,
/// relaxed?, err?`
package struct JobDocument: Sendable {
  /// One part of the text: bytes that are JSON already, or output that is encoded when it is read.
  enum Segment: Sendable {
    case literal([UInt8])
    case output(CapturedBytes)
  }

  /// Pieces that are encoded before others have their turn: some milliseconds.
  private static let piecesInTurn = 32

  let segments: [Segment]

  /// The document of `job`. Its output is not copied: it is encoded as the document is read.
  ///
  /// - Parameter warnings: sentences about the request; empty for none.
  package init(_ job: JobSnapshot, warnings: [String] = []) {
    var writer = JSONWriter()
    var segments: [Segment] = []
    writer.beginObject()
    for (name, output) in [("stderr", job.stderr), ("stdout", job.stdout)] {
      writer.key(name)
      writer.beginRawValue()
      segments.append(.literal(writer.flush()))
      segments.append(.output(output))
    }
    Self.writeRequest(of: job, to: &writer)
    if !warnings.isEmpty {
      writer.key("warnings")
      writer.beginArray()
      for warning in warnings { writer.string(warning) }
      writer.endArray()
    }
    Self.writeLosses(of: job, to: &writer)
    Self.writeEnd(of: job, to: &writer)
    segments.append(.literal(writer.flush()))
    self.segments = segments
  }

  /// What the callback of `job` sends: the document, or where its request wants that, the job as
  /// `summary` has it.
  package static func ofCallback(_ job: JobSnapshot) -> JobDocument {
    job.request.isCallbackSlim
      ? JobDocument(segments: [.literal(summary(of: job))]) : JobDocument(job)
  }

  private init(segments: [Segment]) { self.segments = segments }

  /// The document without output, losses of output and enforcement: for lists.
  package static func summary(of job: JobSnapshot) -> [UInt8] {
    var summary = job
    summary.enforcementJSON = []
    var writer = JSONWriter()
    writer.beginObject()
    writeRequest(of: summary, to: &writer)
    writeEnd(of: summary, to: &writer)
    return writer.bytes
  }

  /// The document without output alone: for one that reads the output elsewhere.
  package static func withoutOutput(_ job: JobSnapshot) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writeRequest(of: job, to: &writer)
    writeLosses(of: job, to: &writer)
    writeEnd(of: job, to: &writer)
    return writer.bytes
  }

  private static func writeEnd(of job: JobSnapshot, to writer: inout JSONWriter) {
    if let outcome = job.outcome { JobDocumentEnd.write(outcome, job.accounting, to: &writer) }
    writer.rawMembers(job.enforcementJSON)
    if let outcome = job.outcome {
      writer.key("err")
      write(outcome, of: job, to: &writer)
    }
    writer.endObject()
  }

  /// Length of the whole text in bytes: for answers that have no body. It takes a pass over the
  /// output, and lets others of the few threads that tasks have in between.
  package func byteCount() async -> Int {
    var reader = JobDocumentReader(self)
    var count = 0
    var pieces = 0
    while let piece = await reader.nextPiece() {
      count += piece.count
      pieces += 1
      if pieces.isMultiple(of: Self.piecesInTurn) { await Task.yield() }
    }
    return count
  }

  /// The whole text at once: for tests and small jobs.
  package func bytes() -> [UInt8] {
    var reader = JobDocumentReader(self)
    var bytes: [UInt8] = []
    while let piece = reader.next() { bytes.append(contentsOf: piece) }
    return bytes
  }

  private static func writeRequest(of job: JobSnapshot, to writer: inout JSONWriter) {
    writer.key("id")
    writer.string(job.id.description)
    writer.key("code")
    if let code = job.outcome?.code { writer.number(code) } else { writer.null() }
    writer.key("command")
    writer.string(job.request.command)
    writer.key("arguments")
    writer.beginArray()
    for argument in job.request.arguments { writer.string(argument) }
    writer.endArray()
    if let arguments = job.request.rawArguments {
      writer.key("argumentsBase64")
      writer.beginArray()
      for argument in arguments { writer.string(Base64.encode(argument)) }
      writer.endArray()
    }
    if !job.callJSON.isEmpty {
      writer.key("call")
      writer.rawValue(job.callJSON)
    }
    if let callback = job.request.callback {
      writer.key("callback")
      writer.string(callback)
    }
    if job.request.isCallbackSlim {
      writer.key("callbackOutput")
      writer.bool(false)
    }
    if !job.request.labels.isEmpty {
      writer.key("labels")
      writer.beginObject()
      for label in job.request.labels {
        writer.key(label.name)
        writer.string(label.value)
      }
      writer.endObject()
    }
    if job.request.priority != JobRequest.priorityDefault {
      writer.key("priority")
      writer.number(job.request.priority)
    }
    JobDocumentSchedule.write(job.request.schedule, to: &writer)
    if let deadline = job.request.deadline {
      writer.key("deadline")
      writer.string(deadline.description)
    }
    writeTimes(of: job, to: &writer)
    if let request = job.requestID {
      writer.key("requestId")
      writer.string(request.text)
    }
  }

  private static func writeTimes(of job: JobSnapshot, to writer: inout JSONWriter) {
    writer.key("status")
    writer.string(job.state.status.rawValue)
    if let wait = job.wait { JobDocumentSchedule.write(wait, to: &writer) }
    if job.isFrozen {
      writer.key("frozen")
      writer.bool(true)
    }
    if !job.attempts.isEmpty { JobDocumentSchedule.write(job.attempts, to: &writer) }
    for (name, time) in [
      ("createdAt", job.createdAt), ("heldUntil", job.heldUntil), ("startedAt", job.startedAt),
      ("finishedAt", job.finishedAt),
    ] {
      guard let time else { continue }
      writer.key(name)
      writer.string(time.description)
    }
    guard !job.progressJSON.isEmpty else { return }
    writer.key("progress")
    writer.rawValue(job.progressJSON)
  }

  /// `outputCut` says that the service died while the job ran: what it wrote last may be missing.
  /// `truncated` has the number of bytes that are gone, for each stream that lost any;
  /// `truncatedAt` how many bytes stand before them, where others stand behind them.
  private static func writeLosses(of job: JobSnapshot, to writer: inout JSONWriter) {
    let losses = [("stdout", job.stdout), ("stderr", job.stderr)].filter { $0.1.droppedBytes > 0 }
    if case .finished(.lost) = job.state {
      writer.key("outputCut")
      writer.bool(true)
    }
    guard !losses.isEmpty else { return }
    writer.key("truncated")
    writer.beginObject()
    for (name, output) in losses {
      writer.key(name)
      writer.number(output.droppedBytes)
    }
    writer.endObject()
    let gaps = losses.filter { $0.1.tailBytes > 0 }
    if !gaps.isEmpty {
      writer.key("truncatedAt")
      writer.beginObject()
      for (name, output) in gaps {
        writer.key(name)
        writer.number(output.headBytes)
      }
      writer.endObject()
    }
    if job.stdout.isEvicted || job.stderr.isEvicted {
      writer.key("outputReleased")
      writer.bool(true)
    }
  }

  private static let unfinishedText =
    " It was still at work when its grace was over: what it wrote is probably unfinished."

  private static func write(
    _ outcome: JobOutcome, of job: JobSnapshot, to writer: inout JSONWriter
  ) {
    guard let failure = outcome.failure else {
      writer.null()
      return
    }
    writer.beginObject()
    writer.key("errno")
    writer.number(-failure.errno)
    writer.key("code")
    writer.string(failure.name)
    writer.key("syscall")
    writer.string("spawn \(job.request.command)")
    writer.key("path")
    writer.string(job.request.command)
    writer.key("spawnargs")
    writer.beginArray()
    for argument in job.request.arguments { writer.string(argument) }
    writer.endArray()
    writer.key("step")
    writer.string(failure.step)
    writer.key("message")
    writer.string(failure.message + (job.accounting.isUnfinished ? Self.unfinishedText : ""))
    writer.endObject()
  }
}
