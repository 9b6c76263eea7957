import RunnerCore

/// Answers with one output stream of a job, as far as it is kept.
struct OutputResponse {
  private let output: CapturedBytes
  private let tag: EntityTag?

  init(_ job: JobSnapshot, _ stream: OutputStreamName) {
    output = stream == .stdout ? job.stdout : job.stderr
    tag = EntityTag(job, stream)
  }

  /// A file that is kept of a job.
  init(_ bytes: CapturedBytes, _ tag: EntityTag) {
    output = bytes
    self.tag = tag
  }

  /// The bytes as they were written, whole or a range.
  func bytes(_ request: Request) -> Response {
    if let tag, tag.isAmong(request.fields.ifNoneMatch) {
      return Response(.notModified, .bytes([])).with("ETag", tag.text)
    }
    let mayBePart = request.method == .get && tag?.isRanged(request.fields.ifRange) != false
    let count = output.keptBytes
    switch ByteRange(mayBePart ? request.fields.range : nil, of: count) {
    case .whole:
      return part(0..<count, .ok)
    case .part(let range):
      return part(range, .partialContent).with(
        "Content-Range", "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(count)")
    case .unsatisfiable:
      return .unsatisfiable(count)
    }
  }

  private func part(_ range: Range<Int>, _ status: HTTPStatus) -> Response {
    let reader = OutputReader(output, range)
    var answer = Response(status, .source(reader, byteCount: range.count))
      .of("application/octet-stream").with("Accept-Ranges", "bytes")
    if let tag { answer = answer.with("ETag", tag.text) }
    guard output.droppedBytes > 0 else { return answer }
    return answer.with("X-Truncated-Bytes", "\(output.droppedBytes)")
      .with("X-Truncated-At", "\(output.headBytes)")
  }

  /// What begins at an offset of all that the job wrote, without ranges of it.
  func bytes(from offset: UInt64, _ request: Request, isCollapsed: Bool) -> Response {
    let slice = output.find(at: 0, bytesMax: 0)
    let start = min(slice.keptOffset(of: Int(clamping: offset)), output.keptBytes)
    let range = start..<output.keptBytes
    let reader = OutputReader(output, range, isCollapsed: isCollapsed)
    let isRead = !isCollapsed || request.method == .get
    return Response(
      .ok, isRead ? .source(reader, byteCount: isCollapsed ? nil : range.count) : .omitted
    ).of("application/octet-stream").with("X-Output-Offset", "\(start)")
  }

  /// The last state of each line. How long that is shows once it was read, and so do ranges of it:
  /// none is given.
  func collapsed(_ request: Request) -> Response {
    let reader = OutputReader(output, 0..<output.keptBytes, isCollapsed: true)
    let answer = Response(
      .ok, request.method == .get ? .source(reader, byteCount: nil) : .omitted
    ).of("application/octet-stream")
    guard output.droppedBytes > 0 else { return answer }
    return answer.with("X-Truncated-Bytes", "\(output.droppedBytes)")
  }
}
