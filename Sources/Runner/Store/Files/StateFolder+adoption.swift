import Glibc
import SystemBase

extension StateFolder {
  /// Gives an empty directory of root's to the service: a mount point, the volume of a container,
  /// or one that the operator made. One that holds anything stays as it is.
  ///
  /// - Returns: whether it is the service's now.
  /// - Throws: `Failure` when an empty one cannot be given away.
  static func adoptEmpty(_ path: String, owner: UInt32, group: UInt32) throws(Failure) -> Bool {
    // SAFETY: Swift keeps the path until the call returns that reads it (open(2)).
    let descriptor = unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var status = stat()
    // SAFETY: fstat(2) writes one structure of the type of `status`.
    guard unsafe fstat(descriptor, &status) == 0, status.st_uid == 0 else { return false }
    guard holdsNothing(descriptor) else { return false }
    guard fchown(descriptor, owner, group) == 0, fchmod(descriptor, 0o700) == 0 else {
      throw Failure(
        description: "The state folder \(path) is root's and cannot be given to uid \(owner): "
          + "\(ErrorCode.message(errno)). Make it on a file system that keeps owners, or name "
          + "another folder with --state.")
    }
    return true
  }

  private static func holdsNothing(_ folder: Int32) -> Bool {
    let copy = fcntl(folder, F_DUPFD_CLOEXEC, 0)
    // SAFETY: fdopendir(3) takes the copy over, and closedir(3) closes it; where it fails the copy
    // is closed here. readdir(3) is asked for no name, only whether there is one more.
    guard copy >= 0, let stream = unsafe fdopendir(copy) else {
      if copy >= 0 { close(copy) }
      return false
    }
    defer { unsafe closedir(stream) }
    errno = 0
    var count = 0
    while unsafe readdir(stream) != nil { count += 1 }
    // `.` and `..` are always there.
    return errno == 0 && count <= 2
  }
}
