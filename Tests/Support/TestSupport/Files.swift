import Glibc

/// Plain file work, for the test's own files only.
package enum Files {
  /// Writes a whole file and gives it exactly `mode`, whatever the umask.
  package static func write(_ text: String, to path: String, mode: UInt32 = 0o644) throws {
    try write(Array(text.utf8), to: path, mode: mode)
  }

  package static func write(_ bytes: [UInt8], to path: String, mode: UInt32) throws {
    let file = unsafe open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, mode)
    guard file >= 0 else { throw TestFailure("open", path, code: errno) }
    do {
      defer { close(file) }
      try writeAll(bytes, to: file, path)
    }
    try setMode(mode, of: path)
    if mode & 0o111 != 0 { try awaitExecutable(path) }
  }

  private static func writeAll(_ bytes: [UInt8], to file: CInt, _ path: String) throws {
    var written = 0
    while written < bytes.count {
      let count = unsafe bytes.withUnsafeBytes {
        unsafe Glibc.write(file, $0.baseAddress! + written, bytes.count - written)
      }
      guard count > 0 else { throw TestFailure("write", path, code: errno) }
      written += count
    }
  }

  /// Returns once nobody has the file open for writing: a process that another test forked
  /// meanwhile has a copy of the descriptor until it executes, and till then execve(2) of the file
  /// fails with ETXTBSY. The kernel grants a lease for reading (F_SETLEASE of fcntl(2)) just then.
  private static func awaitExecutable(_ path: String) throws {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw TestFailure("open", path, code: errno) }
    defer { close(file) }
    let setLease: CInt = 1024
    while fcntl(file, setLease, F_RDLCK) != 0 {
      // File systems without leases, and files of others, tell nothing.
      guard errno == EAGAIN else { return }
      sched_yield()
    }
    _ = fcntl(file, setLease, F_UNLCK)
  }

  /// The whole file, or nil if it cannot be read: in /proc, things vanish.
  package static func bytes(of path: String) -> [UInt8]? {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var all: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe block.withUnsafeMutableBytes {
        unsafe read(file, $0.baseAddress!, $0.count)
      }
      guard count >= 0 else { return nil }
      guard count > 0 else { return all }
      all.append(contentsOf: block[..<count])
    }
  }

  package static func text(of path: String) -> String? {
    bytes(of: path).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Names in a folder, without `.` and `..`; nil if there is no such folder.
  package static func entries(of folder: String) -> [String]? {
    guard let listing = unsafe opendir(folder) else { return nil }
    defer { unsafe closedir(listing) }
    var names: [String] = []
    while let entry = unsafe readdir(listing) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }

  /// Where a symbolic link points, or nil.
  package static func target(ofLink path: String) -> String? {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = unsafe buffer.withUnsafeMutableBytes {
      unsafe readlink(path, $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
    }
    return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
  }

  /// Whether anything has this name; a link is not followed.
  package static func exists(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0
  }

  package static func makeFolder(_ path: String, mode: UInt32 = 0o755) throws {
    try check(unsafe mkdir(path, mode), "mkdir", path)
    try setMode(mode, of: path)
  }

  package static func setMode(_ mode: UInt32, of path: String) throws {
    try check(unsafe chmod(path, mode), "chmod", path)
  }

  package static func setOwner(_ user: UInt32, _ group: UInt32, of path: String) throws {
    try check(unsafe chown(path, user, group), "chown", path)
  }

  package static func makeLink(_ path: String, to target: String) throws {
    try check(unsafe symlink(target, path), "symlink", path)
  }

  package static func move(_ path: String, over other: String) throws {
    try check(unsafe rename(path, other), "rename", path)
  }

  package static func remove(_ path: String) throws {
    try check(unsafe unlink(path), "unlink", path)
  }

  private static func check(_ answer: CInt, _ call: String, _ path: String) throws {
    guard answer == 0 else { throw TestFailure(call, path, code: errno) }
  }
}
