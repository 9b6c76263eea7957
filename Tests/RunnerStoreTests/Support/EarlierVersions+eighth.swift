/// Version 8, frozen: files that go with jobs, order and time, and results.
extension EarlierVersions {
  static let eighth = eighthFiles + eighthOrder + eighthResults

  private static let eighthFiles = """
    ALTER TABLE job ADD COLUMN heldUntil INTEGER;
    ALTER TABLE ending ADD COLUMN files BLOB NOT NULL DEFAULT x'';
    ALTER TABLE ending ADD COLUMN filesKept INTEGER NOT NULL DEFAULT 0;
    """

  private static let eighthOrder = """
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

  private static let eighthResults = """
    ALTER TABLE ending ADD COLUMN results BLOB NOT NULL DEFAULT x'';
    ALTER TABLE job ADD COLUMN successCode INTEGER;
    """
}
