import RunnerCore

/// The end of a job as a row of the table `ending`.
enum JobEndRow {
  static let insertion = """
    INSERT INTO ending (sequence, finished, outcome, detail, code, texts, userTime, systemTime,
      wallTime, peakMemory, peakProcesses, isOfWholeJob, refused, stdoutTotal, stdoutKept, stdout,
      stderrTotal, stderrKept, stderr, limitsMet, isUnfinished, stdoutTail,
      stderrTail, progress, isShort, files, filesKept, results)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    """

  /// The values of `insertion`.
  static func values(_ outcome: JobOutcome, of job: Job, sequence: Int64) -> [SQLValue] {
    let stored = StoredOutcome(outcome)
    let usage = job.accounting.usage
    let refused = job.accounting.refusals.flatMap { [$0.call, $0.error ?? "", String($0.count)] }
    return [
      .integer(sequence), .optional(job.finishedAt?.microseconds), .text(stored.name),
      .optional(stored.detail), .optional(stored.code), .blob(TextListCodec.encode(stored.texts)),
      integer(usage?.user), integer(usage?.system), integer(usage?.wall),
      integer(usage?.peakMemory),
      integer(usage?.peakProcesses), .optional(usage.map { $0.isOfWholeJob ? 1 : 0 }),
      .blob(TextListCodec.encode(refused)),
    ] + values(job.output.stdout) + values(job.output.stderr) + [
      .blob(TextListCodec.encode(job.accounting.limitsMet)),
      .integer(job.accounting.isUnfinished ? 1 : 0),
      .integer(Int64(job.output.stdout.tailBytes)), .integer(Int64(job.output.stderr.tailBytes)),
      .blob(job.accounting.progressJSON), .integer(job.accounting.isShort ? 1 : 0),
      .blob(JobFileCodec.encode(job.accounting.files)),
      .integer(Int64(job.accounting.files.byteCount)),
      .blob(TextListCodec.encode(StoredResults.texts(of: job.accounting))),
    ]
  }

  private static func values(_ stream: CapturedBytes) -> [SQLValue] {
    [
      .integer(Int64(clamping: stream.totalBytes)), .integer(Int64(stream.keptBytes)),
      stream.isInFile ? .null : .blob(stream.joined),
    ]
  }

  private static func integer(_ value: UInt64?) -> SQLValue {
    .optional(value.map { Int64(clamping: $0) })
  }
}
