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
    let folder = OpenFolder(descriptor)
    var status = stat()
    // SAFETY: fstat(2) writes one structure of the type of `status`.
    guard unsafe fstat(folder.number, &status) == 0, status.st_uid == 0, folder.names().isEmpty
    else { return false }
    guard fchown(folder.number, owner, group) == 0, fchmod(folder.number, 0o700) == 0 else {
      throw Failure(
        description: "The state folder \(path) is root's and cannot be given to uid \(owner): "
          + "\(ErrorCode.message(errno)). Make it on a file system that keeps owners, or name "
          + "another folder with --state.")
    }
    return true
  }
}
