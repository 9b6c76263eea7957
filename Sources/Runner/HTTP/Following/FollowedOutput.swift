import RunnerCore

/// One output stream of a job, byte for byte, until the job has ended.
struct FollowedOutput: FollowSource {
  private let feed: JobFeed
  private let stream: OutputStreamName
  /// Where bytes of a file may go past the library; nil: they are read.
  private let chunks: ChunkTransfer?
  private var offset: Int
  /// Number of the run that is followed; nil before the first step.
  private var attempt: UInt64?

  init(
    _ feed: JobFeed, _ stream: OutputStreamName, from offset: Int, chunks: ChunkTransfer? = nil
  ) {
    self.chunks = chunks
    self.feed = feed
    self.stream = stream
    self.offset = offset
  }

  mutating func next(bytesMax: Int, isHeartbeatDue: Bool) -> FollowStep {
    switch chunks?.takeStatus() {
    case .underWay: return .wait
    case .broken: return .broken
    case .sent(let count): offset += count
    case .some(.none), nil: break
    }
    // Asked first: what has ended by now is there in full when it is read.
    let job = feed.job
    // Another run has another output.
    guard let job, job.attempt == attempt ?? job.attempt else { return .broken }
    attempt = job.attempt
    let hasEnded = job.hasEnded
    guard let found = feed.find(stream, at: offset, bytesMax: bytesMax) else { return .broken }
    if let chunks, let file = found.file, offset < found.keptBytes,
      chunks.begin(file, offset..<found.keptBytes)
    {
      return .wait
    }
    let reading = feed.complete(found, of: stream, at: offset, bytesMax: bytesMax)
    if reading.isPending { return .wait }
    guard reading.bytes.isEmpty else {
      offset += reading.bytes.count
      return .bytes(reading.bytes)
    }
    // The disk fails, or the bytes were given up before they were sent.
    guard offset >= reading.keptBytes, !reading.isEvicted || reading.totalBytes <= UInt64(offset)
    else { return .broken }
    return hasEnded ? .end : .wait
  }
}
