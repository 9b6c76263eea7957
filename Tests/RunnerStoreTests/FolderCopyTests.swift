import Glibc
import Testing

@testable import RunnerStore

/// Copies of folders that change between two of them.
struct FolderCopyTests {
  /// Folders `from` and `to`, and `files` in the first.
  private static func run(_ body: (String, () throws -> Void) throws -> Void) throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    for name in ["/from", "/from/files", "/to"] {
      try #require(unsafe mkdir(directory.path + name, 0o700) == 0)
    }
    try body(directory.path) {
      let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC
      let from = OpenFolder(unsafe open(directory.path + "/from", flags))
      let to = OpenFolder(unsafe open(directory.path + "/to", flags))
      try FolderCopy.update("files", from: from, to: to)
    }
  }

  private static func status(_ path: String) throws -> stat {
    var status = stat()
    try #require(unsafe lstat(path, &status) == 0)
    return status
  }

  private static func setTime(_ path: String, _ seconds: Int, nanoseconds: Int = 0) throws {
    let time = timespec(tv_sec: seconds, tv_nsec: nanoseconds)
    try #require(unsafe utimensat(AT_FDCWD, path, [time, time], 0) == 0)
  }

  // Proves P-620.
  @Test func `a file of the same length is copied again where its time is another one`() throws {
    try Self.run { path, copy in
      let (file, copied) = (path + "/from/files/a", path + "/to/files/a")
      TruncatedLogTests.write([1, 2], to: file)
      try Self.setTime(file, 1000, nanoseconds: 5)
      try copy()
      #expect(try Self.status(copied).st_mtim.tv_sec == 1000)
      #expect(try Self.status(copied).st_mtim.tv_nsec == 5)
      TruncatedLogTests.overwrite(file, with: [3, 4])
      try Self.setTime(file, 1000, nanoseconds: 6)
      try copy()
      #expect(try TruncatedLogTests.bytes(of: copied) == [3, 4])
    }
  }

  /// Twin of that: what did not change is not copied again.
  @Test func `a file of the same length and time is left`() throws {
    try Self.run { path, copy in
      let (file, copied) = (path + "/from/files/a", path + "/to/files/a")
      TruncatedLogTests.write([1, 2], to: file)
      try Self.setTime(file, 1000)
      try copy()
      TruncatedLogTests.overwrite(copied, with: [9, 9])
      try Self.setTime(copied, 1000)
      try copy()
      #expect(try TruncatedLogTests.bytes(of: copied) == [9, 9])
    }
  }

  // Proves P-620.
  /// Two writes within one tick of the clock have one time.
  @Test func `a file that has just been written is copied again`() throws {
    try Self.run { path, copy in
      let (file, copied) = (path + "/from/files/a", path + "/to/files/a")
      TruncatedLogTests.write([1, 2], to: file)
      var now = timespec()
      unsafe clock_gettime(CLOCK_REALTIME, &now)
      // One of a clock that is ahead, too: it is no less new when it is looked at.
      let time = now.tv_sec + 1000
      try Self.setTime(file, time)
      try copy()
      TruncatedLogTests.overwrite(file, with: [3, 4])
      try Self.setTime(file, time)
      try copy()
      #expect(try TruncatedLogTests.bytes(of: copied) == [3, 4])
    }
  }

  @Test func `holes of a file are holes of its copy`() throws {
    try Self.run { path, copy in
      let (file, copied) = (path + "/from/files/a", path + "/to/files/a")
      TruncatedLogTests.write([1, 2], to: file)
      try #require(unsafe truncate(file, 32 << 20) == 0)
      // As long as an upload, and without a byte.
      let mark = path + "/from/files/mark"
      TruncatedLogTests.write([], to: mark)
      try #require(unsafe truncate(mark, 1 << 30) == 0)
      try copy()
      let status = try Self.status(copied)
      #expect(status.st_size == 32 << 20 && status.st_blocks * 512 <= 2 << 20)
      #expect(try TruncatedLogTests.bytes(of: copied).prefix(3) == [1, 2, 0])
      let copiedMark = try Self.status(path + "/to/files/mark")
      #expect(copiedMark.st_size == 1 << 30 && copiedMark.st_blocks == 0)
    }
  }
}
