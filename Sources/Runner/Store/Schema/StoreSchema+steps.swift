/// The steps. What one of them says was written by programs that people run: it is never changed.
extension StoreSchema {
  /// A job's row is small and changes three times; what is only known at its end stands in a row
  /// of its own, written once.
  static let jobs = """
    CREATE TABLE layers (
      number INTEGER PRIMARY KEY,
      text BLOB NOT NULL UNIQUE
    ) STRICT;
    CREATE TABLE job (
      place INTEGER PRIMARY KEY AUTOINCREMENT,
      id BLOB NOT NULL UNIQUE CHECK (length(id) = 20),
      state INTEGER NOT NULL,
      epoch INTEGER NOT NULL,
      client TEXT NOT NULL,
      key TEXT,
      command TEXT NOT NULL,
      arguments BLOB NOT NULL,
      callback TEXT,
      timeout INTEGER,
      limits BLOB NOT NULL,
      environment BLOB NOT NULL,
      labels BLOB NOT NULL,
      priority INTEGER NOT NULL,
      stdin BLOB NOT NULL,
      created INTEGER NOT NULL,
      started INTEGER,
      finished INTEGER,
      layers INTEGER REFERENCES layers (number)
    ) STRICT;
    CREATE INDEX job_queued ON job (place) WHERE state = 0;
    CREATE INDEX job_running ON job (place) WHERE state = 1;
    CREATE INDEX job_command ON job (command, place);
    CREATE UNIQUE INDEX job_key ON job (client, key) WHERE key IS NOT NULL;
    CREATE TABLE label (
      name TEXT NOT NULL,
      value TEXT NOT NULL,
      place INTEGER NOT NULL REFERENCES job (place) ON DELETE CASCADE,
      PRIMARY KEY (name, value, place)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX label_place ON label (place);
    CREATE TABLE ending (
      place INTEGER PRIMARY KEY REFERENCES job (place) ON DELETE CASCADE,
      finished INTEGER NOT NULL,
      outcome TEXT NOT NULL,
      number INTEGER,
      code INTEGER,
      texts BLOB NOT NULL,
      userTime INTEGER,
      systemTime INTEGER,
      wallTime INTEGER,
      peakMemory INTEGER,
      peakProcesses INTEGER,
      isOfWholeJob INTEGER,
      refused BLOB NOT NULL,
      stdoutTotal INTEGER NOT NULL,
      stdoutKept INTEGER NOT NULL,
      stdout BLOB,
      stderrTotal INTEGER NOT NULL,
      stderrKept INTEGER NOT NULL,
      stderr BLOB
    ) STRICT;
    CREATE INDEX ending_finished ON ending (finished, stdoutKept, stderrKept);
    CREATE TABLE tally (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      ended INTEGER NOT NULL,
      bytes INTEGER NOT NULL
    ) STRICT;
    INSERT INTO tally VALUES (1, 0, 0);
    """

  /// Callbacks that are owed, and what became of them.
  ///
  /// A receiver has a row while something is owed to it: `ready` is when to look at it next, so
  /// that the dispatcher finds work without looking at those whose time has not come, however much
  /// is owed to them. `kept` has the ended jobs that retention may take, in its order: those whose
  /// callback is owed are not among them. Callbacks of jobs that ended before are not owed: an
  /// older program sent them, and kept no word of it.
  static let callbacks = """
    CREATE TABLE receiver (
      number INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      owed INTEGER NOT NULL,
      failures INTEGER NOT NULL,
      blocked INTEGER,
      ready INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX receiver_ready ON receiver (ready);
    CREATE TABLE callback (
      place INTEGER PRIMARY KEY REFERENCES job (place) ON DELETE CASCADE,
      state INTEGER NOT NULL,
      receiver INTEGER REFERENCES receiver (number),
      since INTEGER NOT NULL,
      due INTEGER,
      tries INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX callback_due ON callback (receiver, due) WHERE receiver IS NOT NULL;
    CREATE INDEX callback_since ON callback (since) WHERE receiver IS NOT NULL;
    CREATE TABLE attempt (
      place INTEGER NOT NULL REFERENCES job (place) ON DELETE CASCADE,
      number INTEGER NOT NULL,
      started INTEGER NOT NULL,
      milliseconds INTEGER NOT NULL,
      status INTEGER,
      error TEXT,
      PRIMARY KEY (place, number)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE kept (
      finished INTEGER NOT NULL,
      place INTEGER NOT NULL,
      bytes INTEGER NOT NULL,
      PRIMARY KEY (finished, place)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO kept SELECT finished, place, stdoutKept + stderrKept FROM ending;
    DROP INDEX ending_finished;
    ALTER TABLE tally ADD COLUMN owed INTEGER NOT NULL DEFAULT 0;
    """

  /// Deadlines, and whether the queue is paused.
  static let queue = """
    ALTER TABLE job ADD COLUMN deadline INTEGER;
    CREATE TABLE queue (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      paused INTEGER NOT NULL
    ) STRICT;
    INSERT INTO queue VALUES (1, 0);
    """

  /// Pages of `GET /jobs` by state, and by command and state, straight from an index.
  static let pages = """
    CREATE INDEX job_ended ON job (place) WHERE state = 2;
    DROP INDEX job_command;
    CREATE INDEX job_command ON job (command, state, place);
    """

  /// Limits that a job met, and whether it was killed within its grace.
  static let limitsMet = """
    ALTER TABLE ending ADD COLUMN limitsMet BLOB NOT NULL DEFAULT x'';
    ALTER TABLE ending ADD COLUMN isUnfinished INTEGER NOT NULL DEFAULT 0;
    """

  /// Tables and columns in the terms of the code: `sequence` is the row id of a job, `retention`
  /// the index of ended jobs in the order in which they are purged.
  ///
  /// Renaming rewrites the schema and no row, so that the step takes as long for a million jobs as
  /// for one; indices keep their names, as one with another name would have to be built again.
  static let names = """
    ALTER TABLE job RENAME COLUMN place TO sequence;
    ALTER TABLE job RENAME COLUMN layers TO enforcement;
    ALTER TABLE layers RENAME COLUMN number TO id;
    ALTER TABLE layers RENAME COLUMN text TO json;
    ALTER TABLE layers RENAME TO enforcement;
    ALTER TABLE label RENAME COLUMN place TO sequence;
    ALTER TABLE ending RENAME COLUMN place TO sequence;
    ALTER TABLE ending RENAME COLUMN number TO detail;
    ALTER TABLE callback RENAME COLUMN place TO sequence;
    ALTER TABLE callback RENAME COLUMN since TO pendingSince;
    ALTER TABLE attempt RENAME COLUMN place TO sequence;
    ALTER TABLE receiver RENAME COLUMN number TO id;
    ALTER TABLE receiver RENAME COLUMN owed TO pending;
    ALTER TABLE receiver RENAME COLUMN blocked TO openUntil;
    ALTER TABLE kept RENAME COLUMN place TO sequence;
    ALTER TABLE kept RENAME TO retention;
    ALTER TABLE tally RENAME COLUMN owed TO pending;
    ALTER TABLE tally RENAME TO counters;
    """

  /// Bytes of the end of each output stream that stand behind dropped ones, whether the callback of
  /// a job goes without its output, and pages of the jobs of one client.
  static let tails = """
    ALTER TABLE ending ADD COLUMN stdoutTail INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE ending ADD COLUMN stderrTail INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE job ADD COLUMN isCallbackSlim INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX job_client ON job (client, sequence);
    """

  /// The request that submitted a job, as logs name it.
  static let requests = """
    ALTER TABLE job ADD COLUMN requestID TEXT;
    """

  /// What the ended jobs of each principal keep, for their quotas. Rows with long texts are read
  /// for pending deliveries alone: of all others `retention` has the number.
  static let principals = """
    CREATE TABLE principal (
      name TEXT PRIMARY KEY,
      keptBytes INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    INSERT INTO principal
      SELECT client, sum(bytes) FROM (
        SELECT job.client, retention.bytes
        FROM retention JOIN job ON job.sequence = retention.sequence
        UNION ALL
        SELECT job.client, ending.stdoutKept + ending.stderrKept AS bytes
        FROM callback JOIN job ON job.sequence = callback.sequence
        JOIN ending ON ending.sequence = callback.sequence WHERE callback.receiver IS NOT NULL)
      GROUP BY client HAVING sum(bytes) > 0;
    """

  /// The last state of a job's progress, and whether it made less than was to be expected.
  static let progress = """
    ALTER TABLE ending ADD COLUMN progress BLOB NOT NULL DEFAULT x'';
    ALTER TABLE ending ADD COLUMN isShort INTEGER NOT NULL DEFAULT 0;
    """

  /// Until when a job is held for its files, and the files that are kept of it, with their bytes.
  static let files = """
    ALTER TABLE job ADD COLUMN heldUntil INTEGER;
    ALTER TABLE ending ADD COLUMN files BLOB NOT NULL DEFAULT x'';
    ALTER TABLE ending ADD COLUMN filesKept INTEGER NOT NULL DEFAULT 0;
    """

  /// When jobs may start, the runs that were followed by another one, and which jobs they are to
  /// follow: a row for each that has not succeeded.
  static let order = """
    ALTER TABLE job ADD COLUMN schedule BLOB NOT NULL DEFAULT x'';
    ALTER TABLE job ADD COLUMN attempts BLOB NOT NULL DEFAULT x'';
    CREATE TABLE predecessor (
      id BLOB NOT NULL,
      sequence INTEGER NOT NULL REFERENCES job (sequence) ON DELETE CASCADE,
      hasFailed INTEGER NOT NULL,
      PRIMARY KEY (id, sequence)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX predecessor_sequence ON predecessor (sequence);
    """

  /// What became of a job's results, and the exit code by which a running one has succeeded.
  static let results = """
    ALTER TABLE ending ADD COLUMN results BLOB NOT NULL DEFAULT x'';
    ALTER TABLE job ADD COLUMN successCode INTEGER;
    """

  /// Where a waiting job was moved to in the queue.
  static let ranks = """
    ALTER TABLE job ADD COLUMN rank INTEGER;
    """
}
