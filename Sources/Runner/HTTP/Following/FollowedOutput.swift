import RunnerCore

/// One output stream of a job, byte for byte, until the job has ended.
struct FollowedOutput: FollowSource {
  private let feed: JobFeed
  private let stream: OutputStreamName
  private var offset: Int

  init(_ feed: JobFeed, _ stream: OutputStreamName, from offset: Int) {
    self.feed = feed
    self.stream = stream
    self.offset = offset
  }

  mutating func next(bytesMax: Int, isHeartbeatDue: Bool) -> FollowStep {
    // Asked first: what has ended by now is there in full when it is read.
    let hasEnded = feed.job?.hasEnded
    guard let hasEnded, let reading = feed.read(stream, at: offset, bytesMax: bytesMax) else {
      return .broken
    }
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
