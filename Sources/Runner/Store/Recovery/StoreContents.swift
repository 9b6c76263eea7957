import Glibc

/// What a store holds: its database, and the files beside it.
package struct StoreContents: Hashable, Sendable {
  /// Jobs of any state.
  package var jobs = 0
  /// Files that rows of ended jobs name, and that are there.
  package var files = 0
  /// Bytes of these files and of the database.
  package var bytes: UInt64 = 0

  /// Counts rows and files.
  ///
  /// - Parameter folder: the folder of the database.
  /// - Returns: also the names of files that rows speak of and that are not there: output that was
  ///   lost, or removed for room.
  /// - Throws: `SQLFailure`, also for a database of another program or version.
  static func read(
    _ database: inout SQLDatabase, in folder: OpenFolder
  ) throws(SQLFailure) -> (contents: StoreContents, missing: Set<String>) {
    guard try database.scalar("PRAGMA application_id") == StoreSchema.applicationID else {
      throw SQLFailure(code: 0, errno: 0, message: "It belongs to another program.")
    }
    let version = try database.scalar("PRAGMA user_version") ?? 0
    guard version == Int64(StoreSchema.steps.count) else {
      throw SQLFailure(
        code: 0, errno: 0,
        message: "Its version is \(version), and this program has \(StoreSchema.steps.count): use "
          + "the program of the service.")
    }
    var contents = StoreContents(jobs: Int(try database.scalar("SELECT count(*) FROM job") ?? 0))
    var missing: Set<String> = []
    for name in try StoredFileNames.all(in: &database) {
      guard let size = folder.status(of: name)?.st_size else {
        missing.insert(name)
        continue
      }
      contents.files += 1
      contents.bytes += UInt64(size)
    }
    return (contents, missing)
  }
}
