import Glibc
import Testing

@testable import RunnerStore

/// Whose a new state folder is.
struct StateFolderTests {
  /// As root for another account; else for the own one, whose group may have another number too.
  @Test func `a new folder belongs to the account and to its primary group`() throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let (owner, group) = getuid() == 0 ? (65011, 65012) : (getuid(), getgid())
    let path = directory.path + "/of-another"
    try StateFolder.prepare(path, owner: owner, group: group)
    var status = stat()
    #expect(unsafe lstat(path, &status) == 0)
    #expect(status.st_uid == owner && status.st_gid == group && status.st_mode & 0o7777 == 0o700)
    // Once more, as the next start does.
    try StateFolder.prepare(path, owner: owner, group: group)
    #expect(throws: StateFolder.Failure.self) {
      try StateFolder.prepare(path, owner: owner + 1, group: group)
    }
  }

  /// The volume of a container and the mount point of a disk are root's and empty at first. As
  /// another user there is no folder of root's to be given, and none is taken.
  @Test func `an empty folder of root's is given to the account, one that holds anything is not`()
    throws
  {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let isRoot = getuid() == 0
    let (owner, group) = isRoot ? (65011, 65012) : (getuid(), getgid())
    let path = directory.path + "/volume"
    try #require(unsafe mkdir(path, isRoot ? 0o755 : 0o700) == 0)
    try StateFolder.prepare(path, owner: owner, group: group)
    var status = stat()
    #expect(unsafe lstat(path, &status) == 0)
    #expect(status.st_uid == owner && status.st_gid == group && status.st_mode & 0o7777 == 0o700)
    let used = directory.path + "/used"
    try #require(unsafe mkdir(used, 0o700) == 0 && mkdir(used + "/output", 0o700) == 0)
    let failure = #expect(throws: StateFolder.Failure.self) {
      try StateFolder.prepare(used, owner: owner + 1, group: group)
    }
    #expect(failure?.description.contains("chown -R \(owner + 1)") == true)
    #expect(unsafe lstat(used, &status) == 0 && status.st_uid == getuid())
  }
}
