/// When output came.
extension JobEngine {
  /// The wall clock.
  package nonisolated var now: Timestamp { ports.clock.now() }

  /// Milliseconds since 1970.
  static func milliseconds(_ time: Timestamp) -> Int64 { time.microseconds / 1000 }

  /// Keeps when the output of a job came, which is about to end: not where its start and its end
  /// say as much, so that short jobs need no file.
  func keepTimes(of id: JobID, _ stdout: OutputTimes, _ stderr: OutputTimes) async {
    let now = Self.milliseconds(ports.clock.now())
    guard let storage = ports.outputStorage,
      stdout.isWorthKeeping(at: now) || stderr.isWorthKeeping(at: now)
    else { return }
    await storage.keep(stdout: stdout, stderr: stderr, of: id)
  }

  /// Where, among all that a job wrote to a stream, those bytes begin that came at a time or later.
  /// Where marks of time were not kept, that is the start of the stream, or its end for a time
  /// behind the job's own.
  package nonisolated func offset(
    of stream: OutputStreamName, in job: JobSnapshot, since time: Timestamp
  ) async -> UInt64 {
    let output = stream == .stdout ? job.stdout : job.stderr
    if case .captured(let stdout, let stderr) = table.job(job.id)?.job.output {
      let times = (stream == .stdout ? stdout : stderr).times
      return times.offset(at: Self.milliseconds(time)) ?? output.totalBytes
    }
    if let times = await ports.outputStorage?.times(of: job.id, stream) {
      return times.offset(at: Self.milliseconds(time)) ?? output.totalBytes
    }
    return job.finishedAt.map { $0 < time } == true ? output.totalBytes : 0
  }
}
