internal import CLinux
internal import Glibc
internal import SystemBase

/// Descriptor-anchored file work. Nothing here follows a symbolic link in the last component.
///
/// SAFETY: each call reads a path as a C string that `withCString` keeps in place, or reads or
/// writes at most the size of an array or variable that is passed with it; none keeps a pointer.
enum File {
  /// An open folder, or nil where there is none of that name.
  static func folderIfThere(
    _ name: String, in folder: CInt = CInt(LINUX_AT_CWD)
  ) throws(SystemCallFailure) -> Descriptor? {
    let fd = unsafe name.withCString { unsafe linux_openat(folder, $0, LINUX_OPEN_FOLDER) }
    guard fd != -ENOENT else { return nil }
    return Descriptor(adopting: try checked("openat", name, fd))
  }

  /// What a file is, as far as the rules ask.
  struct Status: Hashable {
    let device: UInt64
    let inode: UInt64
    let size: UInt64
    let modifiedNanoseconds: Int64
    let changedNanoseconds: Int64
    let mode: UInt32
    let uid: UInt32
    let gid: UInt32

    /// The file types that the rules distinguish; values of S_IFMT (inode(7)).
    enum Kind: UInt32 {
      case regular = 0o100000
      case folder = 0o040000
      case link = 0o120000
    }

    var kind: Kind? { Kind(rawValue: mode & 0o170000) }
    /// Group or others may write.
    var isWritableByOthers: Bool { mode & 0o022 != 0 }
    /// As /tmp has it: all may make files in the folder, and remove their own only (inode(7)).
    var isSticky: Bool { mode & 0o1000 != 0 }
  }

  static func open(
    _ name: String, _ kind: linux_open_mode, in folder: CInt = CInt(LINUX_AT_CWD)
  ) throws(SystemCallFailure) -> Descriptor {
    let fd = unsafe name.withCString { unsafe linux_openat(folder, $0, kind) }
    return Descriptor(adopting: try checked("openat", name, fd))
  }

  /// A handle (O_PATH) on what is at an absolute path without a symbolic link anywhere in it.
  static func openExact(_ path: String) throws(SystemCallFailure) -> Descriptor {
    let fd = unsafe path.withCString { unsafe linux_openat2($0) }
    return Descriptor(adopting: try checked("openat2", path, fd))
  }

  /// A namespace of this process, by its name in /proc/self/ns.
  static func openNamespace(_ name: String) throws(SystemCallFailure) -> Descriptor {
    let path = "/proc/self/ns/\(name)"
    let fd = unsafe path.withCString { unsafe linux_open_ns($0) }
    return Descriptor(adopting: try checked("open", path, fd))
  }

  @discardableResult
  static func status(_ fd: CInt) throws(SystemCallFailure) -> Status {
    var found = linux_file_status()
    let answer = unsafe linux_fstat(fd, &found)
    try checked("fstat", answer)
    return Status(
      device: found.device, inode: found.inode, size: found.size,
      modifiedNanoseconds: found.modified_ns, changedNanoseconds: found.changed_ns,
      mode: found.mode, uid: found.uid, gid: found.gid)
  }

  /// The target of the link that an O_PATH descriptor names.
  static func linkTarget(_ fd: CInt) throws(SystemCallFailure) -> String {
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = unsafe bytes.withUnsafeMutableBufferPointer { buffer in
      unsafe linux_readlinkat(fd, buffer.baseAddress!, UInt32(buffer.count))
    }
    try checked("readlinkat", count)
    return String(decoding: bytes.prefix(Int(count)), as: UTF8.self)
  }

  static func makeFolder(
    _ name: String, mode: UInt32, in folder: CInt = CInt(LINUX_AT_CWD)
  ) throws(SystemCallFailure) {
    let answer = unsafe name.withCString { unsafe linux_mkdirat(folder, $0, mode) }
    try checked("mkdirat", name, answer)
  }

  static func removeFolder(
    _ name: String, in folder: CInt = CInt(LINUX_AT_CWD)
  ) throws(SystemCallFailure) {
    let answer = unsafe name.withCString { unsafe linux_rmdirat(folder, $0) }
    try checked("rmdir", name, answer)
  }

  /// For cleanup after a failure: a second error would hide the first, so that none is reported.
  static func removeFolderIfEmpty(_ name: String, in folder: CInt = CInt(LINUX_AT_CWD)) {
    _ = unsafe name.withCString { unsafe linux_rmdirat(folder, $0) }
  }

  static func move(
    _ name: String, from: CInt, to: CInt, as newName: String
  ) throws(SystemCallFailure) {
    let answer = unsafe name.withCString { old in
      unsafe newName.withCString { new in unsafe linux_renameat2(from, old, to, new) }
    }
    try checked("renameat2", name, answer)
  }

  /// At most `bytesMax` bytes from the start: files of /proc and /sys, first lines of scripts.
  static func head(_ fd: CInt, bytesMax: Int) throws(SystemCallFailure) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: bytesMax)
    let count = unsafe bytes.withUnsafeMutableBufferPointer { buffer in
      unsafe linux_pread(fd, buffer.baseAddress!, UInt64(buffer.count), 0)
    }
    try checked("pread64", count)
    return Array(bytes.prefix(Int(count)))
  }

  /// The whole of a small text file.
  static func text(_ path: String, bytesMax: Int = 256 << 10) throws(SystemCallFailure) -> String {
    let file = try open(path, LINUX_OPEN_READ)
    return String(decoding: try rest(of: file.fd, path, bytesMax: bytesMax), as: UTF8.self)
  }

  /// From where it stands to its end, in as many calls as it takes: files of /proc and /sys hand
  /// out a page at a time.
  static func rest(
    of fd: CInt, _ path: String, bytesMax: Int
  ) throws(SystemCallFailure) -> [UInt8] {
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16 << 10)
    while all.count < bytesMax {
      let count = unsafe buffer.withUnsafeMutableBufferPointer { part in
        unsafe linux_read(fd, part.baseAddress!, UInt64(part.count))
      }
      try checked("read", path, count)
      guard count > 0 else { break }
      all.append(contentsOf: buffer.prefix(Int(count)))
    }
    return all
  }

  /// In one call, as the files of /proc and /sys want it.
  static func write(_ text: String, to fd: CInt) throws(SystemCallFailure) {
    let bytes = Array(text.utf8)
    let answer = unsafe bytes.withUnsafeBufferPointer { buffer in
      unsafe linux_write(fd, buffer.baseAddress!, UInt64(buffer.count))
    }
    try checked("write", answer)
  }

  /// All of it, in as many calls as it takes.
  static func writeAll(_ bytes: [UInt8], to fd: CInt) throws(SystemCallFailure) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let answer = unsafe rest.withUnsafeBufferPointer { buffer in
        unsafe linux_write(fd, buffer.baseAddress!, UInt64(buffer.count))
      }
      rest = rest.dropFirst(Int(try checked("write", answer)))
    }
  }
}
