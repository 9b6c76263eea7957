import RunnerCore

/// The schema of the database file, and its migrations.
///
/// The version is in `user_version`. Each step is one transaction; a released step is never
/// changed.
enum StoreSchema {
  /// `hrun` in ASCII: marks the file as ours (`file` and `PRAGMA application_id` say so).
  static let applicationID: Int64 = 0x6872_756e

  static let steps = [
    jobs, callbacks + queue + pages, limitsMet, names, tails, requests, principals + progress,
    files + order + results, ranks,
  ]

  /// Brings the file to the newest version, or to an older one that it has not reached.
  ///
  /// - Parameter version: another one, for tests of how a file of it is taken up.
  /// - Throws: `SQLFailure`, also for a file of a newer program, or of another one.
  static func migrate(
    _ database: inout SQLDatabase, to version: Int = steps.count
  ) throws(SQLFailure) {
    let found = try database.scalar("PRAGMA user_version") ?? 0
    let owner = try database.scalar("PRAGMA application_id") ?? 0
    guard owner == applicationID || (owner == 0 && found == 0) else {
      throw SQLFailure(code: 0, errno: 0, message: "It belongs to another program.")
    }
    guard found <= steps.count else {
      throw SQLFailure(
        code: 0, errno: 0,
        message: "A newer http-runner wrote it: its version is \(found), this one knows "
          + "\(steps.count). Start the newer one, or one of that version or later.")
    }
    for step in Int(found)..<max(Int(found), version) {
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
