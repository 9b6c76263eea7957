/// Version 3, frozen: limits that a job met.
extension EarlierVersions {
  static let third = """
    ALTER TABLE ending ADD COLUMN limitsMet BLOB NOT NULL DEFAULT x'';
    ALTER TABLE ending ADD COLUMN isUnfinished INTEGER NOT NULL DEFAULT 0;
    """
}
