package import CLinux
internal import Glibc
package import SystemBase

/// Descriptor-anchored file work. Nothing here follows a symbolic link in the last component.
///
/// SAFETY: each call reads a path as a C string that `withCString` keeps in place, or reads or
/// writes at most the size of an array or variable that is passed with it; none keeps a pointer.
package enum File {
  /// An open folder, or nil where there is none of that name.
  ///
  /// - Parameter folder: where the name is looked up; the working directory by default.
  /// - Throws: `SystemCallFailure` of openat(2), save for a name that is not there.
  package static func folderIfThere(
    _ name: String, in folder: CInt = CInt(LINUX_AT_CWD)
  ) throws(SystemCallFailure) -> Descriptor? {
    let fd = unsafe name.withCString { unsafe linux_openat(folder, $0, LINUX_OPEN_FOLDER) }
    guard fd != -ENOENT else { return nil }
    return Descriptor(adopting: try checked("openat", name, fd))
  }

  /// What a file is, as far as the rules ask.
  package struct Status: Hashable {
    /// Number of the file system (st_dev).
    package let device: UInt64
    /// Number of the inode in it.
    package let inode: UInt64
    /// Size in bytes; 0 for most files of /proc.
    package let size: UInt64
    let modifiedNanoseconds: Int64
    /// Nanoseconds since 1970 of the last change of inode or contents (st_ctim).
    package let changedNanoseconds: Int64
    /// Type and permissions, as st_mode has them (inode(7)).
    package let mode: UInt32
    /// User id of the owner.
    package let uid: UInt32
    /// Group id of the owner.
    package let gid: UInt32
    /// Number of its names (st_nlink).
    package let links: UInt32

    /// The file types that the rules distinguish; values of S_IFMT (inode(7)).
    package enum Kind: UInt32 {
      case regular = 0o100000
      case folder = 0o040000
      case link = 0o120000
    }

    fileprivate init(_ found: linux_file_status) {
      device = found.device
      inode = found.inode
      size = found.size
      modifiedNanoseconds = found.modified_ns
      changedNanoseconds = found.changed_ns
      mode = found.mode
      uid = found.uid
      gid = found.gid
      links = found.links
    }

    /// Its type; nil for one that the rules do not distinguish.
    package var kind: Kind? { Kind(rawValue: mode & 0o170000) }
    /// Group or others may write.
    package var isWritableByOthers: Bool { mode & 0o022 != 0 }
    /// As /tmp has it: all may make files in the folder, and remove their own only (inode(7)).
    package var isSticky: Bool { mode & 0o1000 != 0 }
  }

  /// Opens a name in a folder.
  ///
  /// - Parameters:
  ///   - kind: what for, and of what type it must be.
  ///   - folder: where the name is looked up; the working directory by default.
  /// - Throws: `SystemCallFailure` of openat(2).
  package static func open(
    _ name: String, _ kind: linux_open_mode, in folder: CInt = CInt(LINUX_AT_CWD)
  ) throws(SystemCallFailure) -> Descriptor {
    let fd = unsafe name.withCString { unsafe linux_openat(folder, $0, kind) }
    return Descriptor(adopting: try checked("openat", name, fd))
  }

  /// A handle (O_PATH) on what is at an absolute path without a symbolic link anywhere in it.
  ///
  /// - Throws: `SystemCallFailure` of openat2(2): ELOOP for a link in it.
  package static func openExact(_ path: String) throws(SystemCallFailure) -> Descriptor {
    let fd = unsafe path.withCString { unsafe linux_openat2($0) }
    return Descriptor(adopting: try checked("openat2", path, fd))
  }

  /// A namespace of this process, by its name in /proc/self/ns.
  ///
  /// - Parameter name: for instance `pid` (namespaces(7)).
  /// - Throws: `SystemCallFailure` of open(2).
  package static func openNamespace(_ name: String) throws(SystemCallFailure) -> Descriptor {
    let path = "/proc/self/ns/\(name)"
    let fd = unsafe path.withCString { unsafe linux_open_ns($0) }
    return Descriptor(adopting: try checked("open", path, fd))
  }

  /// What an open file is.
  ///
  /// - Throws: `SystemCallFailure` of fstat(2).
  @discardableResult
  package static func status(_ fd: CInt) throws(SystemCallFailure) -> Status {
    var found = linux_file_status()
    let answer = unsafe linux_fstat(fd, &found)
    try checked("fstat", answer)
    return Status(found)
  }

  /// What stands under a name in an open folder, a link too; nil where there is nothing.
  ///
  /// - Throws: `SystemCallFailure` of fstatat(2), save for a name that is not there.
  package static func statusIfThere(
    _ name: String, in folder: CInt
  ) throws(SystemCallFailure) -> Status? {
    var found = linux_file_status()
    let answer = unsafe name.withCString { unsafe linux_fstatat(folder, $0, &found) }
    guard answer != -ENOENT else { return nil }
    try checked("fstatat", name, answer)
    return Status(found)
  }

  /// The target of the link that an O_PATH descriptor names.
  ///
  /// - Throws: `SystemCallFailure` of readlinkat(2).
  package static func linkTarget(_ fd: CInt) throws(SystemCallFailure) -> String {
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = unsafe bytes.withUnsafeMutableBufferPointer { buffer in
      unsafe linux_readlinkat(fd, buffer.baseAddress!, UInt32(buffer.count))
    }
    try checked("readlinkat", count)
    return String(decoding: bytes.prefix(Int(count)), as: UTF8.self)
  }

  /// Makes a folder; the mode is narrowed by the umask.
  ///
  /// - Throws: `SystemCallFailure` of mkdirat(2).
  package static func makeFolder(
    _ name: String, mode: UInt32, in folder: CInt = CInt(LINUX_AT_CWD)
  ) throws(SystemCallFailure) {
    let answer = unsafe name.withCString { unsafe linux_mkdirat(folder, $0, mode) }
    try checked("mkdirat", name, answer)
  }

  /// Removes an empty folder.
  ///
  /// - Throws: `SystemCallFailure` of unlinkat(2): ENOTEMPTY, for instance.
  package static func removeFolder(
    _ name: String, in folder: CInt = CInt(LINUX_AT_CWD)
  ) throws(SystemCallFailure) {
    let answer = unsafe name.withCString { unsafe linux_rmdirat(folder, $0) }
    try checked("rmdir", name, answer)
  }

  /// For cleanup after a failure: a second error would hide the first, so that none is reported.
  package static func removeFolderIfEmpty(_ name: String, in folder: CInt = CInt(LINUX_AT_CWD)) {
    _ = unsafe name.withCString { unsafe linux_rmdirat(folder, $0) }
  }

  /// Moves a name from one open folder to another; what has the new name is never replaced.
  ///
  /// - Throws: `SystemCallFailure` of renameat2(2).
  package static func move(
    _ name: String, from: CInt, to: CInt, as newName: String
  ) throws(SystemCallFailure) {
    let answer = unsafe name.withCString { old in
      unsafe newName.withCString { new in unsafe linux_renameat2(from, old, to, new) }
    }
    try checked("renameat2", name, answer)
  }

  /// At most `bytesMax` bytes from the start: files of /proc and /sys, first lines of scripts.
  ///
  /// - Throws: `SystemCallFailure` of pread(2).
  package static func head(_ fd: CInt, bytesMax: Int) throws(SystemCallFailure) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: bytesMax)
    let count = unsafe bytes.withUnsafeMutableBufferPointer { buffer in
      unsafe linux_pread(fd, buffer.baseAddress!, UInt64(buffer.count), 0)
    }
    try checked("pread64", count)
    return Array(bytes.prefix(Int(count)))
  }

  /// The whole of a small text file.
  ///
  /// - Parameter bytesMax: more of it is not read.
  /// - Throws: `SystemCallFailure` of openat(2) or read(2).
  package static func text(_ path: String, bytesMax: Int = 256 << 10) throws(SystemCallFailure)
    -> String
  {
    let file = try open(path, LINUX_OPEN_READ)
    return String(decoding: try rest(of: file.fd, path, bytesMax: bytesMax), as: UTF8.self)
  }

  /// From where it stands to its end, in as many calls as it takes: files of /proc and /sys hand
  /// out a page at a time.
  ///
  /// - Throws: `SystemCallFailure` of read(2).
  package static func rest(
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
  ///
  /// - Throws: `SystemCallFailure` of write(2).
  package static func write(_ text: String, to fd: CInt) throws(SystemCallFailure) {
    let bytes = Array(text.utf8)
    let answer = unsafe bytes.withUnsafeBufferPointer { buffer in
      unsafe linux_write(fd, buffer.baseAddress!, UInt64(buffer.count))
    }
    try checked("write", answer)
  }

  /// All of it, in as many calls as it takes.
  ///
  /// - Throws: `SystemCallFailure` of write(2).
  package static func writeAll(_ bytes: [UInt8], to fd: CInt) throws(SystemCallFailure) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let answer = unsafe rest.withUnsafeBufferPointer { buffer in
        unsafe linux_write(fd, buffer.baseAddress!, UInt64(buffer.count))
      }
      rest = rest.dropFirst(Int(try checked("write", answer)))
    }
  }
}
