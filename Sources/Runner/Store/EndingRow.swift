import RunnerCore

/// The end of a job as a row of the table `ending`.
enum EndingRow {
  static let insertion = """
    INSERT INTO ending (place, finished, outcome, number, code, texts, userTime, systemTime,
      wallTime, peakMemory, peakProcesses, isOfWholeJob, refused, stdoutTotal, stdoutKept, stdout,
      stderrTotal, stderrKept, stderr)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    """

  /// The values of `insertion`.
  static func values(_ outcome: JobOutcome, of job: Job, place: Int64) -> [SQLValue] {
    let stored = StoredOutcome(outcome)
    let cost = job.bill.cost
    let refused = job.bill.refusals.flatMap { [$0.call, $0.error ?? "", String($0.count)] }
    return [
      .integer(place), .optional(job.finishedAt?.microseconds), .text(stored.name),
      .optional(stored.number), .optional(stored.code), .blob(JoinedTexts.join(stored.texts)),
      number(cost?.user), number(cost?.system), number(cost?.wall), number(cost?.peakMemory),
      number(cost?.peakProcesses), .optional(cost.map { $0.isOfWholeJob ? 1 : 0 }),
      .blob(JoinedTexts.join(refused)),
    ] + values(job.output.stdout) + values(job.output.stderr)
  }

  private static func values(_ stream: CapturedBytes) -> [SQLValue] {
    [
      .integer(Int64(clamping: stream.totalBytes)), .integer(Int64(stream.keptBytes)),
      stream.isInFile ? .null : .blob(stream.joined),
    ]
  }

  private static func number(_ value: UInt64?) -> SQLValue {
    .optional(value.map { Int64(clamping: $0) })
  }
}
