internal import CLinux
internal import Glibc
internal import SystemBase

/// Tries whether a cgroup can be made, and a child born in it, as a launcher would.
///
/// The cgroup is locked (flock(2)) while its trial runs. One that no process has locked is of a
/// trial that was killed, and the next trial in the same parent removes it.
enum CgroupTrial {
  private static let suffix = "-probe"
  /// Another trial may take a cgroup for an abandoned one before it is locked.
  private static let attemptsMax = 5

  /// - Parameter parent: path of the cgroup to try it in.
  /// - Throws: `SystemCallFailure` of the call that is refused.
  static func run(in parent: String) throws(SystemCallFailure) {
    let folder = try File.open(parent, LINUX_OPEN_FOLDER)
    try removeAbandoned(in: folder.fd)
    for _ in 1..<attemptsMax {
      do throws(SystemCallFailure) {
        return try tryOnce(in: folder.fd)
      } catch {
        guard [ENOENT, ENODEV, EWOULDBLOCK].contains(error.code) else { throw error }
      }
    }
    try tryOnce(in: folder.fd)
  }

  /// Puts a child into an empty cgroup, and removes that.
  private static func tryOnce(in parent: CInt) throws(SystemCallFailure) {
    let name = InstanceName.random() + suffix
    try File.makeFolder(name, mode: 0o755, in: parent)
    do throws(SystemCallFailure) {
      let folder = try File.open(name, LINUX_OPEN_FOLDER, in: parent)
      try lock(folder.fd, name)
      for control in ["cgroup.kill", "cgroup.freeze"] {
        let file = try File.open(control, LINUX_OPEN_WRITE, in: folder.fd)
        try File.status(file.fd)
      }
      let answer = linux_try_cgroup(folder.fd)
      // Killed at birth: the launcher finds another way then (CgroupTree.killsAtBirth).
      if answer != -EINTR { try checked("clone3 into", name, answer) }
      try File.removeFolder(name, in: parent)
    } catch {
      File.removeFolderIfEmpty(name, in: parent)
      throw error
    }
  }

  /// Removes those that no process has locked.
  private static func removeAbandoned(in parent: CInt) throws(SystemCallFailure) {
    var listing = FolderListing()
    let reading = try File.open(".", LINUX_OPEN_FOLDER, in: parent)
    while case let names = try listing.next(of: reading.fd), !names.isEmpty {
      for name in names {
        let text = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard text.hasPrefix(InstanceName.prefix), text.hasSuffix(suffix),
          let folder = try File.folderIfThere(text, in: parent),
          flock(folder.fd, LOCK_EX | LOCK_NB) == 0
        else { continue }
        File.removeFolderIfEmpty(text, in: parent)
      }
    }
  }

  private static func lock(_ folder: CInt, _ name: String) throws(SystemCallFailure) {
    try checked("flock", name, flock(folder, LOCK_EX | LOCK_NB) == 0 ? 0 : -errno)
  }
}
