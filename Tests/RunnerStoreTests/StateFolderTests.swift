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
}
