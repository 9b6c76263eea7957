import Glibc
import SystemBase

/// The state directory: accessible to the service alone, used by one process at a time.
package struct StateFolder: ~Copyable {
  /// Why the folder cannot be used: one sentence, and what to do.
  package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String
  }

  /// Path of the directory, as configured.
  package let path: String
  let descriptor: Int32
  private let lock: Int32

  /// Creates the directory where it is missing, for the service user, to whom an empty one of
  /// root's is given too. Called as root, before privileges are dropped; the parent directory must
  /// not be writable by others.
  ///
  /// - Parameter group: the primary group of `owner`, which need not have the same number.
  /// - Throws: `Failure`; at most a new, empty directory exists then.
  package static func prepare(_ path: String, owner: UInt32, group: UInt32) throws(Failure) {
    // SAFETY: Swift keeps the path until each call returns that reads it; lstat(2) writes one
    // structure of the type of `status`.
    if unsafe mkdir(path, 0o700) == 0 {
      guard unsafe lchown(path, owner, group) == 0 else { throw Self.problem(path, "lchown") }
      return
    }
    guard errno == EEXIST else { throw Self.problem(path, "mkdir") }
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { throw Self.problem(path, "lstat") }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw Failure(description: "The state folder \(path) is no folder: name another, --state.")
    }
    if status.st_uid == 0, owner != 0, try adoptEmpty(path, owner: owner, group: group) { return }
    guard status.st_uid == owner else {
      throw Failure(
        description: "The state folder \(path) is that of uid \(status.st_uid), and the service "
          + "runs as uid \(owner): `chown -R \(owner):\(group) \(path)`, or name another folder "
          + "with --state.")
    }
    guard status.st_mode & 0o077 == 0 else {
      throw Failure(
        description: "Others may look into the state folder \(path): `chmod 700 \(path)`.")
    }
  }

  /// Opens the folder and locks it against every other process (flock(2)).
  ///
  /// - Throws: `Failure` when it cannot be opened or another process uses it.
  package init(opening path: String) throws(Failure) {
    // SAFETY: Swift keeps the texts until the call returns that reads them (open(2), openat(2)).
    let descriptor = unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { throw Self.problem(path, "open") }
    let lock = unsafe openat(descriptor, "lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard lock >= 0 else {
      let problem = Self.problem(path + "/lock", "open")
      close(descriptor)
      throw problem
    }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      let problem =
        errno == EWOULDBLOCK
        ? Failure(
          description: "Another http-runner uses the state folder \(path): stop it, or name "
            + "another folder with --state.")
        : Self.problem(path + "/lock", "flock")
      close(lock)
      close(descriptor)
      throw problem
    }
    self.path = path
    self.descriptor = descriptor
    self.lock = lock
  }

  deinit {
    close(lock)
    close(descriptor)
  }

  /// Makes and opens a folder within.
  ///
  /// - Returns: its descriptor, which the caller closes.
  /// - Throws: `Failure` when it can neither be made nor opened.
  func subfolder(_ name: String) throws(Failure) -> Int32 {
    // SAFETY: Swift keeps the text until the call returns that reads it (mkdirat(2), openat(2)).
    guard unsafe mkdirat(descriptor, name, 0o700) == 0 || errno == EEXIST else {
      throw Self.problem("\(path)/\(name)", "mkdir")
    }
    let folder = unsafe openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
    guard folder >= 0 else { throw Self.problem("\(path)/\(name)", "open") }
    return folder
  }

  /// Whether its file system has blocks that are smaller than a page: SQLite extends the index of
  /// its log by the last byte of each page, which leaves holes there.
  var hasSmallBlocks: Bool {
    var status = statvfs()
    // SAFETY: fstatvfs(3) writes one structure of the type of `status`.
    guard unsafe fstatvfs(descriptor, &status) == 0 else { return false }
    return status.f_frsize < UInt(sysconf(CInt(_SC_PAGESIZE)))
  }

  /// The flags of the folder as a whole.
  ///
  /// - Throws: `Failure` when their file cannot be opened.
  func marker() throws(Failure) -> FolderMarker {
    FolderMarker(adopting: try open("marks"))
  }

  /// Creates and opens a file within, to read and write.
  ///
  /// - Throws: `Failure` when it cannot be opened.
  func open(_ name: String) throws(Failure) -> Int32 {
    let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW
    // SAFETY: Swift keeps the text until the call returns that reads it (openat(2)).
    let file = unsafe openat(descriptor, name, flags, 0o600)
    guard file >= 0 else { throw Self.problem("\(path)/\(name)", "open") }
    return file
  }

  static func problem(_ path: String, _ call: String) -> Failure {
    let why = ErrorCode.message(errno)
    return Failure(description: "The state folder cannot be used: \(call) \(path): \(why).")
  }
}
