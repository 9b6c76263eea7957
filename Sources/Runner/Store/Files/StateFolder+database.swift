import Glibc
import SystemBase

/// To which database a state folder belongs. Files in it are known to one store alone, which
/// removes those of jobs that it does not know.
extension StateFolder {
  /// The file with the identity of the database; there is none where the store is embedded.
  private static let databaseFile = "database"
  private static let identityBytesMax = 64

  /// Identity of the database that the folder belongs to; nil for a new folder.
  ///
  /// - Throws: `Failure` where it is that of an embedded store, or cannot be read.
  func databaseIdentity() throws(Failure) -> String? {
    for name in ["jobs.db", "jobs.db.new", "marks"] where try contains(name) {
      throw Failure(
        description: "The state folder \(path) has jobs of the embedded store, whose files a "
          + "database does not know: name another folder with --state, or use --store sqlite.")
    }
    guard try contains(Self.databaseFile) else { return nil }
    let file = try open(Self.databaseFile)
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: Self.identityBytesMax)
    // SAFETY: pread(2) writes at most as many bytes as `bytes` has.
    let count = unsafe pread(file, &bytes, bytes.count, 0)
    guard count > 0 else { throw Self.problem("\(path)/\(Self.databaseFile)", "read") }
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }

  /// Writes down that the folder belongs to a database: durable when this returns.
  ///
  /// - Throws: `Failure` where the disk does not take it.
  func bind(toDatabase identity: String) throws(Failure) {
    let new = Self.databaseFile + ".new"
    let bytes = Array(identity.utf8)
    let file = try open(new)
    // SAFETY: pwrite(2) reads as many bytes as `bytes` has; Swift keeps the names until the call
    // returns that reads them (renameat(2)).
    let isWritten =
      unsafe ftruncate(file, 0) == 0 && pwrite(file, bytes, bytes.count, 0) == bytes.count
      && fsync(file) == 0
    close(file)
    guard isWritten, unsafe renameat(descriptor, new, descriptor, Self.databaseFile) == 0,
      fsync(descriptor) == 0
    else { throw Self.problem("\(path)/\(Self.databaseFile)", "write") }
  }

  /// - Throws: `Failure` where the folder belongs to a database.
  func refuseDatabase() throws(Failure) {
    guard try contains(Self.databaseFile) else { return }
    throw Failure(
      description: "The state folder \(path) has files of jobs that are in a database: name "
        + "another folder with --state, or the database with --store.")
  }

  private func contains(_ name: String) throws(Failure) -> Bool {
    var status = stat()
    // SAFETY: fstatat(2) writes one structure of the type of `status`; Swift keeps the name until
    // it returns.
    if unsafe fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 { return true }
    guard errno == ENOENT else { throw Self.problem("\(path)/\(name)", "stat") }
    return false
  }
}
