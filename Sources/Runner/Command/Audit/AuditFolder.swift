internal import Glibc
internal import SystemBase

/// The folder of the audit log, accessible to the service alone.
struct AuditFolder: ~Copyable {
  /// Name of the file that is written.
  static let fileName = "audit.log"

  private let descriptor: CInt

  /// Makes the folder where it is missing, for the service's user. Called as root, before
  /// privileges are dropped; its parent must be there.
  ///
  /// - Throws: `StartFailure`; at most a new, empty folder exists then.
  static func prepare(_ path: String, owner: UInt32, group: UInt32) throws(StartFailure) {
    var status = stat()
    // SAFETY: Swift keeps the path until each call returns that reads it; lstat(2) writes one
    // structure of the type of `status`.
    if unsafe mkdir(path, 0o700) == 0 {
      guard unsafe lchown(path, owner, group) == 0 else { throw failure("lchown", path) }
      return
    }
    guard errno == EEXIST else { throw failure("mkdir", path) }
    guard unsafe lstat(path, &status) == 0 else { throw failure("lstat", path) }
    guard status.st_mode & S_IFMT == S_IFDIR, status.st_uid == owner, status.st_mode & 0o022 == 0
    else {
      throw .system(
        "The audit folder \(path) has to be a folder of uid \(owner) that no one else may write: "
          + "`chown -R \(owner):\(group) \(path); chmod 700 \(path)`, or name one that is not "
          + "there yet.")
    }
  }

  /// - Throws: `StartFailure` where it cannot be opened.
  init(opening path: String) throws(StartFailure) {
    // SAFETY: Swift keeps the path until the call returns that reads it (open(2)).
    let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { throw Self.failure("open", path) }
    self.descriptor = descriptor
  }

  deinit {
    close(descriptor)
  }

  /// Opens the file to append to it; nil where that fails.
  func openFile() -> SharedDescriptor? {
    // SAFETY: Swift keeps the name until the call returns that reads it (openat(2)).
    let file = unsafe openat(
      descriptor, Self.fileName, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    return file >= 0 ? SharedDescriptor(adopting: file) : nil
  }

  /// Renames the file to `audit.log.1`, that one to `audit.log.2`, and so on up to `count`, which
  /// goes.
  func rotate(keeping count: Int) {
    for number in stride(from: count - 1, through: 0, by: -1) {
      let name = number == 0 ? Self.fileName : "\(Self.fileName).\(number)"
      // SAFETY: Swift keeps both names until the call returns that reads them (renameat(2)). One
      // that is missing stays so.
      _ = unsafe renameat(descriptor, name, descriptor, "\(Self.fileName).\(number + 1)")
    }
  }

  private static func failure(_ call: String, _ path: String) -> StartFailure {
    .system("The audit folder cannot be used: \(call) \(path): \(ErrorCode.message(errno)).")
  }
}
