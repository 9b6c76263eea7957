/// Version 4, as it was released.
extension EarlierVersions {
  static let fourth = """
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
}
