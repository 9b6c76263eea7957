/// The second step: several nodes on one database.
extension PostgreSQLSchema {
  /// A node has a lease, and a number for each of its services. `home` is the number of the service
  /// that has what is local to a waiting job: who accepted it, or adopted it; 0 for none. A job in
  /// a lane may be claimed by any node. `former` has the numbers of services that are gone, whose
  /// jobs are to be adopted; `departed` the jobs that left the queue of their home by another node.
  /// `entry` is the name of the entry of a job, by which nodes adopt it, NULL where that is not
  /// known, and any may; one that is bound is taken over by the name of its home alone.
  /// What all nodes count has a row for each of them.
  ///
  /// What there was belongs to the one node that there was, which is gone: its name takes it back,
  /// or another one adopts it. What is held waits for files, which are there.
  static let nodes = """
    ALTER TABLE http_runner.node
      ADD COLUMN host bytea,
      ADD COLUMN leaseUntil timestamptz NOT NULL DEFAULT '2000-01-01',
      ADD COLUMN state smallint NOT NULL DEFAULT 2,
      ADD COLUMN version text NOT NULL DEFAULT '';
    CREATE TABLE http_runner.former (
      boot bigint PRIMARY KEY,
      node text NOT NULL,
      isLost smallint NOT NULL
    );
    INSERT INTO http_runner.former
      SELECT boot, name, 0 FROM http_runner.node ORDER BY boot DESC LIMIT 1;
    ALTER TABLE http_runner.ready
      ADD COLUMN home bigint NOT NULL DEFAULT 0,
      ADD COLUMN lane text,
      ADD COLUMN place bigint NOT NULL DEFAULT 0,
      ADD COLUMN losses smallint NOT NULL DEFAULT 0,
      ADD COLUMN cancel smallint,
      ADD COLUMN entry text,
      ADD COLUMN isBound smallint NOT NULL DEFAULT 0;
    UPDATE http_runner.ready SET home = coalesce((SELECT max(boot) FROM http_runner.node), 0),
      isBound = CASE WHEN heldUntil IS NULL THEN 0 ELSE 1 END;
    CREATE INDEX ready_lane ON http_runner.ready
      (home, hashtextextended(lane, 0), place, sequence) WHERE lane IS NOT NULL;
    CREATE INDEX ready_home ON http_runner.ready (home, sequence);
    CREATE INDEX ready_cancel ON http_runner.ready (home) WHERE cancel IS NOT NULL;
    ALTER TABLE http_runner.run
      ADD COLUMN lane text,
      ADD COLUMN place bigint NOT NULL DEFAULT 0,
      ADD COLUMN losses smallint NOT NULL DEFAULT 0,
      ADD COLUMN cancel smallint,
      ADD COLUMN entry text,
      ADD COLUMN isBound smallint NOT NULL DEFAULT 0;
    UPDATE http_runner.run SET boot = coalesce((SELECT max(boot) FROM http_runner.node), 0);
    CREATE INDEX run_boot ON http_runner.run (boot, sequence);
    CREATE TABLE http_runner.departed (
      number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      home bigint NOT NULL,
      id bytea NOT NULL
    );
    CREATE INDEX departed_home ON http_runner.departed (home, number);
    CREATE TABLE http_runner.tally (
      node text PRIMARY KEY,
      ended bigint NOT NULL,
      bytes bigint NOT NULL,
      pending bigint NOT NULL
    ) WITH (fillfactor = 10);
    INSERT INTO http_runner.tally
      SELECT coalesce((SELECT max(name) FROM http_runner.node), ''), ended, bytes, pending
      FROM http_runner.counters;
    CREATE TABLE http_runner.kept (
      client text NOT NULL,
      node text NOT NULL,
      bytes bigint NOT NULL,
      PRIMARY KEY (client, node)
    ) WITH (fillfactor = 50);
    INSERT INTO http_runner.kept
      SELECT name, coalesce((SELECT max(name) FROM http_runner.node), ''), keptBytes
      FROM http_runner.principal;
    ALTER TABLE http_runner.receiver
      ADD COLUMN home bigint NOT NULL DEFAULT 0,
      DROP CONSTRAINT receiver_name_key;
    UPDATE http_runner.receiver SET home = coalesce((SELECT max(boot) FROM http_runner.node), 0);
    CREATE UNIQUE INDEX receiver_home ON http_runner.receiver (home, name);
    CREATE INDEX receiver_home_ready ON http_runner.receiver (home, ready);
    CREATE INDEX receiver_name ON http_runner.receiver (name);
    """
}
