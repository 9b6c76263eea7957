import PostgreSQLBase
import RunnerCore

/// A job as rows of `job` and of `ready`, `run` or `ending`.
enum PostgreSQLJobRow {
  /// What `JobRow.job` reads, in the order of its columns.
  static let columns = """
    job.id,
    CASE WHEN ending.sequence IS NOT NULL THEN 2 WHEN run.sequence IS NOT NULL THEN 1
      WHEN ready.sequence IS NOT NULL THEN 0 ELSE 3 END,
    coalesce(ending.epoch, run.epoch, ready.epoch), job.client, job.command, job.arguments,
    job.callback, job.timeout, job.limits, job.environment, job.labels, job.priority, job.stdin,
    job.created, coalesce(ending.started, run.started), enforcement.json,
    ending.finished, ending.outcome, ending.detail, ending.code, ending.texts, ending.userTime,
    ending.systemTime, ending.wallTime, ending.peakMemory, ending.peakProcesses,
    ending.isOfWholeJob, ending.refused, ending.stdoutTotal, ending.stdoutKept,
    ending.stderrTotal, ending.stderrKept, job.deadline, ending.limitsMet, ending.isUnfinished,
    ending.stdoutTail, ending.stderrTail, job.isCallbackSlim, job.requestID,
    ending.progress, ending.isShort, ready.heldUntil, ending.files, job.schedule,
    coalesce(ending.attempts, run.attempts, ready.attempts), ending.results, run.successCode,
    coalesce(run.rank, ready.rank)
    """

  static let tables = """
    job LEFT JOIN ready ON ready.sequence = job.sequence
    LEFT JOIN run ON run.sequence = job.sequence
    LEFT JOIN ending ON ending.sequence = job.sequence
    LEFT JOIN enforcement ON enforcement.id = job.enforcement
    """

  /// What a store that several nodes share has beside that.
  static let sharedColumns = """
    job.sequence, coalesce(run.lane, ready.lane), coalesce(run.losses, ready.losses),
    coalesce(run.cancel, ready.cancel) IS NOT NULL
    """

  /// A job with `sharedColumns` behind `columns`.
  static func sharedJob(
    _ row: borrowing PostgreSQLRow
  ) -> (job: Job?, sequence: Int64) {
    var job = JobRow.job(row)
    job?.lane = row.optionalText(JobRow.nextColumn + 1)
    job?.losses = Int(row.integer(JobRow.nextColumn + 2))
    job?.isCancelRequested = row.integer(JobRow.nextColumn + 3) == 1
    return (job, row.integer(JobRow.nextColumn))
  }

  /// Adds a job, queued or running; nothing where another node added one under the key meanwhile.
  /// The first 22 values are those of `JobRow.values`, then the number of this service, the lane
  /// and the place in it, the name of the entry, and whether it is bound.
  static let insertion = """
    WITH added AS (
      INSERT INTO job (id, client, key, command, arguments, callback, timeout, limits,
        environment, labels, priority, stdin, created, enforcement, deadline, isCallbackSlim,
        requestID, schedule)
      VALUES ($1, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13::int8, $14, $15, $17, $18, $19::int8,
        $20, $22)
      ON CONFLICT (client, key) WHERE key IS NOT NULL DO NOTHING
      RETURNING sequence),
    queued AS (
      INSERT INTO ready (sequence, epoch, heldUntil, attempts, home, lane, place, entry, isBound)
      SELECT sequence, $3::int8, $21::int8, ''::bytea, $23::int8, $24, $25::int8, $26,
        $27::int8 FROM added
      WHERE $2::int8 = 0),
    running AS (
      INSERT INTO run (sequence, epoch, boot, started, attempts, lane, place, entry,
        isBound)
      SELECT sequence, $3::int8, $23::int8, $16::int8, ''::bytea, $24, $25::int8, $26,
        $27::int8 FROM added
      WHERE $2::int8 = 1)
    SELECT sequence FROM added
    """

  /// What a job that waits keeps when it runs.
  private static let kept = "rank, attempts, lane, place, losses, cancel, entry, isBound"

  /// Claims the queued job `$1` at `$2` for the service `$3`, its home, while its lease holds.
  static let claim = """
    WITH taken AS (
      DELETE FROM ready USING job, node
      WHERE job.id = $1 AND ready.sequence = job.sequence AND ready.home = $3
        AND node.boot = $3 AND node.leaseUntil > clock_timestamp()
      RETURNING ready.*)
    INSERT INTO run (sequence, epoch, boot, started, \(kept))
    SELECT sequence, epoch + 1, $3::int8, $2::int8, \(kept) FROM taken
    RETURNING epoch
    """

  /// Claims the queued job of the row `$1` and the id `$4` at `$2` for the service `$3`, and tells
  /// its home.
  static let claimOfOther = """
    WITH taken AS (
      DELETE FROM ready WHERE sequence = $1 RETURNING *),
    told AS (
      INSERT INTO departed (home, id) SELECT home, $4::bytea FROM taken WHERE home <> 0)
    INSERT INTO run (sequence, epoch, boot, started, \(kept))
    SELECT sequence, epoch + 1, $3::int8, $2::int8, \(kept) FROM taken
    RETURNING epoch
    """

  /// Returns the job `$1`, which the service `$4` runs under the epoch `$2`, to the queue of the
  /// home `$5`, with the attempts `$3`; NULL leaves those as they are, and the job in its lane.
  static let requeue = """
    WITH back AS (
      DELETE FROM run USING job
      WHERE job.id = $1 AND run.sequence = job.sequence AND run.epoch = $2 AND run.boot = $4
      RETURNING run.*)
    INSERT INTO ready (sequence, epoch, rank, attempts, home, lane, place, losses, cancel, entry,
      isBound)
    SELECT sequence, epoch, rank, coalesce($3::bytea, attempts), $5::int8,
      CASE WHEN $3::bytea IS NULL THEN lane END, place, losses, cancel, entry, isBound FROM back
    """

  /// Takes the job `$1` of the epoch `$2` from those that the service `$3` runs, or from the
  /// waiting ones, for its end, and tells the home of one that waits. Jobs that are to follow it
  /// are added before that, or see it.
  static let removal = """
    WITH gone AS (
      DELETE FROM run USING job
      WHERE job.id = $1 AND run.sequence = job.sequence AND run.epoch = $2 AND run.boot = $3
      RETURNING run.sequence, run.started, run.attempts),
    left_queue AS (
      DELETE FROM ready USING job
      WHERE job.id = $1 AND ready.sequence = job.sequence AND ready.epoch = $2
      RETURNING ready.sequence, NULL::int8 AS started, ready.attempts, ready.home),
    told AS (
      INSERT INTO departed (home, id)
      SELECT home, $1::bytea FROM left_queue WHERE home NOT IN (0, $3))
    SELECT sequence, started, attempts, \(PostgreSQLPredecessorRows.lock("sequence")) FROM (
      SELECT * FROM gone
      UNION ALL SELECT sequence, started, attempts FROM left_queue) AS removed
    """

  /// Adds an end: the values of `JobEndRow.values`, then epoch, start and attempts.
  static let endInsertion = """
    INSERT INTO ending (sequence, finished, outcome, detail, code, texts, userTime, systemTime,
      wallTime, peakMemory, peakProcesses, isOfWholeJob, refused, stdoutTotal, stdoutKept, stdout,
      stderrTotal, stderrKept, stderr, limitsMet, isUnfinished, stdoutTail,
      stderrTail, progress, isShort, files, filesKept, results, epoch, started, attempts)
    VALUES (\((1...31).map { "$\($0)" }.joined(separator: ", ")))
    """
}
