/// What earlier versions wrote, frozen: the text of their steps, and rows that fit the first of
/// them.
enum EarlierVersions {
  /// One for each version that was released before this one. The next step adds a line.
  static let steps = [first, second, third, fourth, fifth, sixth, seventh, eighth]

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

  static let fifth = """
    ALTER TABLE ending ADD COLUMN stdoutTail INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE ending ADD COLUMN stderrTail INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE job ADD COLUMN isCallbackSlim INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX job_client ON job (client, sequence);
    """

  /// A job in each state, with the columns of version 1.
  static let jobs = """
    INSERT INTO layers VALUES (1, x'22656e666f72636564223a5b5d');
    INSERT INTO job VALUES
      (1, x'0000000000000000000000000000000000000001', 0, 0, 'c', 'k', '/bin/a', x'71756575656400',
        NULL, NULL, x'', x'', x'6e007600', 5, x'', 100, NULL, NULL, NULL),
      (2, x'0000000000000000000000000000000000000002', 1, 3, 'c', NULL, '/bin/a',
        x'72756e6e696e6700', 'http://h/', NULL, x'', x'', x'', 5, x'', 101, 102, NULL, NULL),
      (3, x'0000000000000000000000000000000000000003', 2, 1, 'c', NULL, '/bin/a',
        x'656e64656400', 'http://h/x', 7, x'', x'', x'', 5, x'01', 103, 104, 105, 1),
      (4, x'0000000000000000000000000000000000000004', 2, 1, 'c', NULL, '/bin/a',
        x'6661696c656400', NULL, NULL, x'', x'', x'', 5, x'', 106, 107, 108, NULL),
      (5, x'0000000000000000000000000000000000000005', 3, 1, 'c', NULL, '/bin/a',
        x'ff', NULL, NULL, x'', x'', x'', 5, x'', 109, NULL, NULL, NULL);
    INSERT INTO label VALUES ('n', 'v', 1);
    INSERT INTO ending VALUES
      (3, 105, 'exited', NULL, 4, x'', 10, 20, 30, 40, NULL, 1, x'', 2, 2, x'6f75', 9, 0, x''),
      (4, 108, 'launch_failed', 2, NULL, x'6578656300454e4f454e54004e6f2e00',
        NULL, NULL, NULL, NULL, NULL, NULL, x'', 0, 0, x'', 0, 0, x'');
    UPDATE tally SET ended = 2, bytes = 2;
    """
}
