/// Version 2, frozen: callbacks, the queue's pause, and the indexes of pages.
extension EarlierVersions {
  static let second = secondCallbacks + secondQueue + secondPages

  private static let secondCallbacks = """
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

  private static let secondQueue = """
    ALTER TABLE job ADD COLUMN deadline INTEGER;
    CREATE TABLE queue (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      paused INTEGER NOT NULL
    ) STRICT;
    INSERT INTO queue VALUES (1, 0);
    """

  private static let secondPages = """
    CREATE INDEX job_ended ON job (place) WHERE state = 2;
    DROP INDEX job_command;
    CREATE INDEX job_command ON job (command, state, place);
    """
}
