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

  /// Adds a job, queued or running. The first 22 values are those of `JobRow.values`, the last is
  /// the number of this service.
  static let insertion = """
    WITH added AS (
      INSERT INTO job (id, client, key, command, arguments, callback, timeout, limits,
        environment, labels, priority, stdin, created, enforcement, deadline, isCallbackSlim,
        requestID, schedule)
      VALUES ($1, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13::int8, $14, $15, $17, $18, $19::int8,
        $20, $22)
      RETURNING sequence),
    queued AS (
      INSERT INTO ready (sequence, epoch, heldUntil, attempts)
      SELECT sequence, $3::int8, $21::int8, ''::bytea FROM added WHERE $2::int8 = 0),
    running AS (
      INSERT INTO run (sequence, epoch, boot, started, attempts)
      SELECT sequence, $3::int8, $23::int8, $16::int8, ''::bytea FROM added WHERE $2::int8 = 1)
    SELECT sequence FROM added
    """

  /// Claims the queued job `$1` at `$2` for the service `$3`.
  static let claim = """
    WITH taken AS (
      DELETE FROM ready USING job WHERE job.id = $1 AND ready.sequence = job.sequence
      RETURNING ready.*)
    INSERT INTO run (sequence, epoch, boot, started, rank, attempts)
    SELECT sequence, epoch + 1, $3::int8, $2::int8, rank, attempts FROM taken
    RETURNING epoch
    """

  /// Returns the job `$1`, which runs under the epoch `$2`, to the queue, with the attempts `$3`;
  /// NULL leaves those as they are.
  static let requeue = """
    WITH back AS (
      DELETE FROM run USING job
      WHERE job.id = $1 AND run.sequence = job.sequence AND run.epoch = $2
      RETURNING run.*)
    INSERT INTO ready (sequence, epoch, rank, attempts)
    SELECT sequence, epoch, rank, coalesce($3::bytea, attempts) FROM back
    """

  /// Takes the job `$1` of the epoch `$2` from the running or the waiting ones, for its end.
  static let removal = """
    WITH gone AS (
      DELETE FROM run USING job
      WHERE job.id = $1 AND run.sequence = job.sequence AND run.epoch = $2
      RETURNING run.sequence, run.started, run.attempts),
    left_queue AS (
      DELETE FROM ready USING job
      WHERE job.id = $1 AND ready.sequence = job.sequence AND ready.epoch = $2
      RETURNING ready.sequence, NULL::int8, ready.attempts)
    SELECT * FROM gone UNION ALL SELECT * FROM left_queue
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
