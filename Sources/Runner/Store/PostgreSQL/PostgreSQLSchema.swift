import PostgreSQLBase

/// The schema `http_runner` of a database, and its migrations.
///
/// The version is in the table `version`. Each step is one transaction; a released step is never
/// changed. A service never migrates: it has no right to.
enum PostgreSQLSchema {
  static let steps = [jobs, nodes]

  /// The version of a database; 0 where the schema is not there.
  static func version(_ database: inout PostgreSQLConnection) throws(PostgreSQLFailure) -> Int {
    let isThere = try database.scalar("SELECT (to_regclass('http_runner.version') IS NOT NULL)")
    guard isThere == 1 else { return 0 }
    return Int(try database.scalar("SELECT number FROM http_runner.version") ?? 0)
  }

  /// A random text that the schema got when it was made: copies of the database have the same.
  static func identity(_ database: inout PostgreSQLConnection) throws(PostgreSQLFailure) -> String {
    try database.query("SELECT identity FROM http_runner.version") {
      (row) throws(PostgreSQLFailure) in row.text(0)
    }.first ?? ""
  }

  /// Brings a database to the newest version, and gives a role what a service needs.
  ///
  /// - Parameter role: the role of the services; nil where that is the owner.
  /// - Returns: the version that was found.
  static func migrate(
    _ database: inout PostgreSQLConnection, for role: String?
  ) throws(PostgreSQLFailure) -> Int {
    // Of two that migrate at one time, one waits.
    try database.execute("BEGIN; SELECT pg_advisory_xact_lock(1752329582, 0)")
    let found = try version(&database)
    guard found <= steps.count else {
      throw PostgreSQLFailure(
        .statement(state: "55000"),
        "A newer http-runner made the schema: its version is \(found), this one knows "
          + "\(steps.count).")
    }
    for step in found..<steps.count {
      try database.execute(steps[step])
      try database.execute("UPDATE http_runner.version SET number = \(step + 1)")
    }
    if let role { try database.execute(grants(to: role)) }
    try database.execute("COMMIT")
    return found
  }

  /// What a service needs, and no more: neither DDL nor TRUNCATE.
  static func grants(to role: String) -> String {
    let parts = role.split(separator: "\"", omittingEmptySubsequences: false)
    let name = "\"\(parts.joined(separator: "\"\""))\""
    return """
      GRANT USAGE ON SCHEMA http_runner TO \(name);
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA http_runner TO \(name);
      REVOKE INSERT, UPDATE, DELETE ON http_runner.version FROM \(name);
      GRANT USAGE ON ALL SEQUENCES IN SCHEMA http_runner TO \(name);
      """
  }

  /// A job is queued where it has a row in `ready`, running with one in `run`, ended with one in
  /// `ending`: its own row is written once. So what changes often are two small tables, whose dead
  /// rows are found by autovacuum soon.
  ///
  /// Times are microseconds of the Unix epoch. Long texts are indexed by a hash: a row of an index
  /// has 2,704 bytes at most.
  private static let jobs = """
    CREATE SCHEMA http_runner;
    CREATE TABLE http_runner.version (
      one smallint PRIMARY KEY CHECK (one = 1),
      number bigint NOT NULL,
      identity text NOT NULL
    );
    INSERT INTO http_runner.version VALUES (1, 0, gen_random_uuid()::text);
    CREATE SEQUENCE http_runner.boot;
    CREATE TABLE http_runner.node (
      name text PRIMARY KEY,
      boot bigint NOT NULL,
      started timestamptz NOT NULL
    ) WITH (fillfactor = 50);
    CREATE TABLE http_runner.enforcement (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      json bytea NOT NULL
    );
    CREATE UNIQUE INDEX enforcement_json ON http_runner.enforcement (sha256(json));
    CREATE TABLE http_runner.job (
      sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      id bytea NOT NULL UNIQUE CHECK (length(id) = 20),
      client text NOT NULL,
      key text,
      command text NOT NULL,
      arguments bytea NOT NULL,
      callback text,
      timeout bigint,
      limits bytea NOT NULL,
      environment bytea NOT NULL,
      labels bytea NOT NULL,
      priority smallint NOT NULL,
      stdin bytea NOT NULL,
      created bigint NOT NULL,
      enforcement bigint REFERENCES http_runner.enforcement,
      deadline bigint,
      isCallbackSlim smallint NOT NULL,
      requestID text,
      schedule bytea NOT NULL
    );
    CREATE UNIQUE INDEX job_key ON http_runner.job (client, key) WHERE key IS NOT NULL;
    CREATE INDEX job_client ON http_runner.job (client, sequence);
    CREATE INDEX job_command ON http_runner.job (hashtextextended(command, 0), sequence);
    CREATE TABLE http_runner.label (
      name text NOT NULL,
      value text NOT NULL,
      sequence bigint NOT NULL REFERENCES http_runner.job ON DELETE CASCADE,
      PRIMARY KEY (name, value, sequence)
    );
    CREATE INDEX label_sequence ON http_runner.label (sequence);
    CREATE TABLE http_runner.ready (
      sequence bigint PRIMARY KEY REFERENCES http_runner.job ON DELETE CASCADE,
      epoch bigint NOT NULL,
      heldUntil bigint,
      rank bigint,
      attempts bytea NOT NULL
    ) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0,
      autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0);
    CREATE TABLE http_runner.run (
      sequence bigint PRIMARY KEY REFERENCES http_runner.job ON DELETE CASCADE,
      epoch bigint NOT NULL,
      boot bigint NOT NULL,
      started bigint NOT NULL,
      rank bigint,
      attempts bytea NOT NULL,
      successCode smallint
    ) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0,
      autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0);
    CREATE TABLE http_runner.ending (
      sequence bigint PRIMARY KEY REFERENCES http_runner.job ON DELETE CASCADE,
      finished bigint NOT NULL,
      outcome text NOT NULL,
      detail bigint,
      code bigint,
      texts bytea NOT NULL,
      userTime bigint,
      systemTime bigint,
      wallTime bigint,
      peakMemory bigint,
      peakProcesses bigint,
      isOfWholeJob bigint,
      refused bytea NOT NULL,
      stdoutTotal bigint NOT NULL,
      stdoutKept bigint NOT NULL,
      stdout bytea COMPRESSION lz4,
      stderrTotal bigint NOT NULL,
      stderrKept bigint NOT NULL,
      stderr bytea COMPRESSION lz4,
      limitsMet bytea NOT NULL,
      isUnfinished bigint NOT NULL,
      stdoutTail bigint NOT NULL,
      stderrTail bigint NOT NULL,
      progress bytea NOT NULL,
      isShort bigint NOT NULL,
      files bytea NOT NULL,
      filesKept bigint NOT NULL,
      results bytea NOT NULL,
      epoch bigint NOT NULL,
      started bigint,
      attempts bytea NOT NULL
    );
    CREATE TABLE http_runner.chunk (
      sequence bigint NOT NULL REFERENCES http_runner.job ON DELETE CASCADE,
      stream smallint NOT NULL,
      epoch bigint NOT NULL,
      number bigint NOT NULL,
      data bytea COMPRESSION lz4 NOT NULL,
      PRIMARY KEY (sequence, stream, epoch, number)
    );
    CREATE TABLE http_runner.predecessor (
      id bytea NOT NULL,
      sequence bigint NOT NULL REFERENCES http_runner.job ON DELETE CASCADE,
      hasFailed smallint NOT NULL,
      PRIMARY KEY (id, sequence)
    );
    CREATE INDEX predecessor_sequence ON http_runner.predecessor (sequence);
    CREATE TABLE http_runner.principal (
      name text PRIMARY KEY,
      keptBytes bigint NOT NULL
    ) WITH (fillfactor = 50);
    CREATE TABLE http_runner.retention (
      finished bigint NOT NULL,
      sequence bigint NOT NULL UNIQUE REFERENCES http_runner.job ON DELETE CASCADE,
      bytes bigint NOT NULL,
      PRIMARY KEY (finished, sequence)
    );
    CREATE TABLE http_runner.counters (
      one smallint PRIMARY KEY CHECK (one = 1),
      paused bigint NOT NULL,
      ended bigint NOT NULL,
      bytes bigint NOT NULL,
      pending bigint NOT NULL
    ) WITH (fillfactor = 10);
    INSERT INTO http_runner.counters VALUES (1, 0, 0, 0, 0);
    CREATE TABLE http_runner.receiver (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      name text NOT NULL UNIQUE,
      pending bigint NOT NULL,
      failures bigint NOT NULL,
      openUntil bigint,
      ready bigint NOT NULL
    ) WITH (fillfactor = 50);
    CREATE INDEX receiver_ready ON http_runner.receiver (ready);
    CREATE TABLE http_runner.callback (
      sequence bigint PRIMARY KEY REFERENCES http_runner.job ON DELETE CASCADE,
      state smallint NOT NULL,
      receiver bigint REFERENCES http_runner.receiver,
      pendingSince bigint NOT NULL,
      due bigint,
      tries bigint NOT NULL
    );
    CREATE INDEX callback_due ON http_runner.callback (receiver, due) WHERE receiver IS NOT NULL;
    CREATE INDEX callback_since ON http_runner.callback (pendingSince) WHERE receiver IS NOT NULL;
    CREATE TABLE http_runner.attempt (
      sequence bigint NOT NULL REFERENCES http_runner.job ON DELETE CASCADE,
      number bigint NOT NULL,
      started bigint NOT NULL,
      milliseconds bigint NOT NULL,
      status bigint,
      error text,
      PRIMARY KEY (sequence, number)
    );
    """
}
