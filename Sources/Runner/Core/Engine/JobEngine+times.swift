/// When output came.
extension JobEngine {
  /// The wall clock.
  package nonisolated var now: Timestamp { ports.clock.now() }

  /// Milliseconds since 1970.
  static func milliseconds(_ time: Timestamp) -> Int64 { time.microseconds / 1000 }

  /// Moves to the storage when the output of a job came, whose end is persisted: to a file, but not
  /// where its start and its end say as much, so that short jobs need none.
  func keepTimes(of live: LiveJob) async {
    guard let storage = ports.outputStorage,
      case .captured(let stdout, let stderr) = live.job.output,
      let stdoutTimes = stdout.times, let stderrTimes = stderr.times
    else { return }
    let now = Self.milliseconds(ports.clock.now())
    if stdoutTimes.isWorthKeeping(at: now) || stderrTimes.isWorthKeeping(at: now) {
      await storage.keep(stdout: stdoutTimes, stderr: stderrTimes, of: live.job.id)
    }
    for output in [stdout, stderr] { output.discardTimes() }
  }

  /// Where, among all that a job wrote to a stream, those bytes begin that came at a time or later.
  /// Where marks of time were not kept, that is the start of the stream, or its end for a time
  /// behind the job's own.
  package nonisolated func offset(
    of stream: OutputStreamName, in job: JobSnapshot, since time: Timestamp
  ) async -> UInt64 {
    let output = stream == .stdout ? job.stdout : job.stderr
    if case .captured(let stdout, let stderr) = table.job(job.id)?.job.output,
      let times = (stream == .stdout ? stdout : stderr).times
    {
      return times.offset(at: Self.milliseconds(time)) ?? output.totalBytes
    }
    if let times = await ports.outputStorage?.times(of: job.id, stream) {
      return times.offset(at: Self.milliseconds(time)) ?? output.totalBytes
    }
    return job.finishedAt.map { $0 < time } == true ? output.totalBytes : 0
  }
}
