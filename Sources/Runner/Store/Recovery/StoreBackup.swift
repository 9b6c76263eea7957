import Glibc
import SystemBase

/// A copy of a state folder, whole while a service uses it.
///
/// Files of output and of jobs are copied before and after the database: a file that the database
/// names was there at one of these times, or its job was deleted in between, and then all of it is
/// done again. `jobs.db` gets its name last, so that a folder that has it is whole.
package struct StoreBackup {
  /// Why there is no backup: one sentence, and what to do.
  package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    /// A failure with this sentence.
    package init(description: String) {
      self.description = description
    }
  }

  /// Folders of the state folder whose files are copied, with all that is in them.
  private static let folders = ["out", "files"]
  /// How often a database is copied whose jobs were deleted before their files were.
  private static let roundsMax = 5

  private let source: String
  private let target: String
  private var contents = StoreContents()
  /// Called when the database was copied: for tests that delete jobs then.
  private let afterDatabase: () -> Void

  /// Copies a state folder into a new or empty one.
  ///
  /// The caller has the ids that the service has (a file of SQLite that another one wrote is not
  /// to be read as root), may search both paths, and owns the target.
  ///
  /// - Parameters:
  ///   - source: path of the state folder.
  ///   - target: path of an empty folder.
  /// - Throws: `Failure`; then the target has no `jobs.db`.
  package static func make(
    of source: String, in target: String, afterDatabase: @escaping () -> Void = {}
  ) throws(Failure) -> StoreContents {
    var backup = StoreBackup(source: source, target: target, afterDatabase: afterDatabase)
    return try backup.run()
  }

  private init(source: String, target: String, afterDatabase: @escaping () -> Void) {
    self.source = source
    self.target = target
    self.afterDatabase = afterDatabase
  }

  private mutating func run() throws(Failure) -> StoreContents {
    let from = try Self.open(source)
    let to = try Self.open(target)
    var status = stat()
    // SAFETY: fstat(2) writes one structure of the type of `status`.
    guard unsafe fstat(to.number, &status) == 0 else { throw Self.failure("fstat", target) }
    guard status.st_uid == geteuid(), status.st_mode & 0o077 == 0 else {
      throw Failure(
        description: "\(target) is another user's, or others may enter it: name a folder that is "
          + "not there yet, on a file system that keeps owners and modes.")
    }
    guard to.names().isEmpty else {
      throw Failure(description: "\(target) is not empty: name a folder that is not there yet.")
    }
    try refuseDamage(from)
    var absent: Set<String> = []
    for round in 1...Self.roundsMax {
      for name in Self.folders { try FolderCopy.update(name, from: from, to: to) }
      try copyDatabase(to)
      afterDatabase()
      for name in Self.folders { try FolderCopy.update(name, from: from, to: to) }
      let missing = try missingFiles(in: to)
      // What stays missing was lost, or removed for room, before.
      if missing.isEmpty || (round > 1 && missing == absent) { break }
      absent = missing
      guard round < Self.roundsMax else {
        throw Failure(
          description: "Jobs are deleted faster than their files are copied: try again, or stop "
            + "the service meanwhile.")
      }
    }
    try finish(to)
    return contents
  }

  private func refuseDamage(_ folder: OpenFolder) throws(Failure) {
    // SAFETY: Swift keeps the text until the call returns that reads it (openat(2)).
    let file = unsafe openat(folder.number, "marks", O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard file >= 0 else {
      throw Failure(description: "\(source) is no state folder: name one with --state.")
    }
    if FolderMarker(adopting: file).marks.contains(.damaged) {
      throw Failure(
        description: "The store in \(source) is damaged: restart the service, which carries what "
          + "can be read into a new one, and then try again.")
    }
  }

  private var partPath: String { target + "/jobs.db.part" }

  /// The rows as they are at one moment.
  private func copyDatabase(_ folder: OpenFolder) throws(Failure) {
    let name = "jobs.db.part"
    for end in ["", "-journal", "-wal", "-shm"] { folder.remove(Array((name + end).utf8)) }
    // SQLite makes one that all may read; of one that is there it keeps the mode.
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW
    // SAFETY: Swift keeps the text until the call returns that reads it (openat(2)).
    let file = unsafe openat(folder.number, name, flags, 0o600)
    guard file >= 0 else { throw Self.failure("open", partPath) }
    close(file)
    do throws(SQLFailure) {
      let database = try SQLDatabase.open(source + "/jobs.db", .reading)
      try database.backUp(to: partPath)
      // One file, without a log beside it; a start sets the mode again.
      let copy = try SQLDatabase.open(partPath, .writing)
      try copy.execute("PRAGMA journal_mode = DELETE")
    } catch {
      throw Failure(
        description: "\(source)/jobs.db cannot be copied to \(target): \(error) (SQLite error "
          + "\(error.code)).\(error.isFull ? " The disk is full: make room." : "")")
    }
  }

  /// Counts what is in the copy.
  ///
  /// - Returns: the files that its rows name and that are not there.
  private mutating func missingFiles(in folder: OpenFolder) throws(Failure) -> Set<String> {
    do throws(SQLFailure) {
      var database = try SQLDatabase.open(partPath, .reading)
      let found = try StoreContents.read(&database, in: folder)
      contents = found.contents
      return found.missing
    } catch {
      throw Failure(description: "\(source)/jobs.db cannot be copied: \(error)")
    }
  }

  private mutating func finish(_ folder: OpenFolder) throws(Failure) {
    // SAFETY: Swift keeps the texts until the calls return that read them (openat(2), renameat(2)).
    let marks = unsafe openat(
      folder.number, "marks", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard marks >= 0 else { throw Self.failure("open", target + "/marks") }
    FolderMarker(adopting: marks).mark([.used])
    contents.bytes += UInt64(folder.status(of: "jobs.db.part")?.st_size ?? 0)
    guard unsafe renameat(folder.number, "jobs.db.part", folder.number, "jobs.db") == 0,
      fsync(folder.number) == 0
    else { throw Self.failure("rename", partPath) }
  }

  static func open(_ path: String) throws(Failure) -> OpenFolder {
    // SAFETY: Swift keeps the text until the call returns that reads it (open(2)).
    let number = unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
    guard number >= 0 else {
      guard errno == EACCES else { throw failure("open", path) }
      throw Failure(
        description: "Uid \(geteuid()), which the service has, cannot enter \(path): name a folder "
          + "whose parents all may enter, such as /srv/backup/jobs.")
    }
    return OpenFolder(number)
  }

  /// Makes a folder for a backup, for the user of the service, and gives an empty one of root's to
  /// it. Called before privilege is dropped.
  ///
  /// - Returns: the ids of the state folder's owner.
  /// - Throws: `Failure`; at most a new, empty folder exists then.
  package static func prepare(
    _ target: String, for source: String
  ) throws(Failure) -> (user: UInt32, group: UInt32) {
    let owner = try owner(of: source)
    // SAFETY: Swift keeps the path until the call returns that reads it (mkdir(2)).
    guard unsafe mkdir(target, 0o700) == 0 || errno == EEXIST else {
      throw failure("mkdir", target)
    }
    // By its descriptor: the path may be another's by now.
    do throws(StateFolder.Failure) {
      _ = try StateFolder.adoptEmpty(target, owner: owner.user, group: owner.group)
    } catch {
      throw failure("chown", target)
    }
    return owner
  }

  /// The ids of the user whose folder it is.
  ///
  /// - Throws: `Failure` where there is nothing.
  package static func owner(of path: String) throws(Failure) -> (user: UInt32, group: UInt32) {
    var status = stat()
    // SAFETY: Swift keeps the path until lstat(2) returns, which writes one structure of the type
    // of `status`.
    guard unsafe lstat(path, &status) == 0 else { throw failure("lstat", path) }
    return (user: status.st_uid, group: status.st_gid)
  }

  static func failure(_ call: String, _ path: String) -> Failure {
    let isFull = errno == ENOSPC || errno == EDQUOT
    let why = ErrorCode.message(errno)
    return Failure(
      description: "\(call) \(path): \(why).\(isFull ? " The disk is full: make room." : "")")
  }
}
