import RunnerCore

/// What the database file looks like, and how an older one becomes the newest.
///
/// A file says its version in `user_version`. Each step is one transaction; a step that was ever
/// released is never changed.
enum StoreSchema {
  /// `hrun` in ASCII: marks the file as ours (`file` and `PRAGMA application_id` say so).
  static let applicationID: Int64 = 0x6872_756e

  static let steps = [jobs, callbacks]

  static var version: Int64 { Int64(steps.count) }

  /// Brings the file to the newest version.
  ///
  /// - Throws: `SQLFailure`, also for a file of a newer program, or of another one.
  static func migrate(_ database: inout SQLDatabase) throws(SQLFailure) {
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
    for step in Int(found)..<steps.count {
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
