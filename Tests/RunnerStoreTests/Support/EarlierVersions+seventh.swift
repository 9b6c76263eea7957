/// Version 7, frozen: bytes kept of each principal, and progress.
extension EarlierVersions {
  static let seventh = """
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
    """ + """
      ALTER TABLE ending ADD COLUMN progress BLOB NOT NULL DEFAULT x'';
      ALTER TABLE ending ADD COLUMN isShort INTEGER NOT NULL DEFAULT 0;
      """
}
