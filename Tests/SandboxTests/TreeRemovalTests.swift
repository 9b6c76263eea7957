import Glibc
import SandboxBase
import Testing

@Suite struct TreeRemovalTests {
  /// A folder of this test's own, open; removed at the end.
  private func withFolder(_ body: (String, CInt) throws -> Void) throws {
    var template = Array("/tmp/http-runner-tree-XXXXXX".utf8CString)
    let made = unsafe template.withUnsafeMutableBufferPointer { unsafe mkdtemp($0.baseAddress!) }
    let path = try unsafe String(cString: #require(unsafe made))
    let fd = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer {
      close(fd)
      unsafe rmdir(path)
    }
    try body(path, fd)
  }

  private func touch(_ path: String) {
    unsafe close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600))
  }

  @Test func `what a link leads to is never touched`() throws {
    try withFolder { path, fd in
      unsafe mkdir("\(path)/canary", 0o700)
      touch("\(path)/canary/file")
      unsafe mkdir("\(path)/job", 0o700)
      unsafe mkdir("\(path)/job/inner", 0o700)
      unsafe symlink("\(path)/canary", "\(path)/job/to-folder")
      unsafe symlink("\(path)/canary/file", "\(path)/job/inner/to-file")
      unsafe symlink("..", "\(path)/job/inner/up")
      unsafe link("\(path)/canary/file", "\(path)/job/hard")
      try TreeRemoval.remove("job", from: fd)
      unsafe #expect(access("\(path)/job", F_OK) != 0)
      unsafe #expect(access("\(path)/canary/file", F_OK) == 0)
      try TreeRemoval.remove("canary", from: fd)
    }
  }

  // Proves P-032, P-083.
  @Test func `ten thousand levels cost neither stack nor descriptors`() throws {
    try withFolder { path, fd in
      unsafe mkdir("\(path)/deep", 0o700)
      var here = unsafe open("\(path)/deep", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      for _ in 0..<10_000 {
        unsafe #expect(mkdirat(here, "d", 0o700) == 0)
        let next = unsafe openat(here, "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        close(here)
        here = next
      }
      close(here)
      try TreeRemoval.remove("deep", from: fd)
      unsafe #expect(access("\(path)/deep", F_OK) != 0)
    }
  }

  @Test func `names of any bytes, many files and closed folders all go`() throws {
    try withFolder { path, fd in
      unsafe mkdir("\(path)/wide", 0o700)
      for index in 0..<3000 { touch("\(path)/wide/\(index)") }
      for folder in ["1", "2", "closed", "-rf", "a\nb", "\u{202e}x"] {
        unsafe mkdir("\(path)/wide/x\(folder)", 0o700)
        unsafe mkdir("\(path)/wide/x\(folder)/1", 0o700)
        touch("\(path)/wide/x\(folder)/1/file")
      }
      unsafe mkfifo("\(path)/wide/fifo", 0o600)
      unsafe chmod("\(path)/wide/xclosed", 0)
      try TreeRemoval.remove("wide", from: fd)
      unsafe #expect(access("\(path)/wide", F_OK) != 0)
    }
  }

  @Test func `a name that is not there is no fault`() throws {
    try withFolder { _, fd in try TreeRemoval.remove("nothing", from: fd) }
  }
}
