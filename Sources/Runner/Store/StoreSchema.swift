import RunnerCore

/// What the database file looks like, and how an older one becomes the newest.
///
/// A file says its version in `user_version`. Each step is one transaction; a step that was ever
/// released is never changed.
enum StoreSchema {
  /// `hrun` in ASCII: marks the file as ours (`file` and `PRAGMA application_id` say so).
  static let applicationID: Int64 = 0x6872_756e

  static let steps = [first, pages]

  static var version: Int64 { Int64(steps.count) }

  /// A job's row is small and changes three times; what is only known at its end stands in a row
  /// of its own, written once.
  private static let first = """
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

  /// Pages of `GET /jobs` by state, and by command and state, straight from an index.
  private static let pages = """
    CREATE INDEX job_ended ON job (place) WHERE state = 2;
    DROP INDEX job_command;
    CREATE INDEX job_command ON job (command, state, place);
    """

  /// Brings the file to the newest version, or to an older one that it has not reached.
  ///
  /// - Throws: `SQLFailure`, also for a file of a newer program, or of another one.
  static func migrate(
    _ database: inout SQLDatabase, to last: Int = steps.count
  ) throws(SQLFailure) {
    let found = try database.number("PRAGMA user_version") ?? 0
    let owner = try database.number("PRAGMA application_id") ?? 0
    guard owner == applicationID || (owner == 0 && found == 0) else {
      throw SQLFailure(code: 0, errno: 0, message: "It belongs to another program.")
    }
    guard found <= version else {
      throw SQLFailure(
        code: 0, errno: 0,
        message: "A newer http-runner wrote it: its version is \(found), this one knows "
          + "\(version). Start the newer one.")
    }
    for step in Int(found)..<max(Int(found), last) {
      try database.execute(
        """
        BEGIN IMMEDIATE;
        \(steps[step])
        PRAGMA application_id = \(applicationID);
        PRAGMA user_version = \(step + 1);
        COMMIT;
        """)
    }
  }
}
