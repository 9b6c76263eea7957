import CLinux
import Glibc
import SystemBase

/// A file here that is whole or not there: written under another name in the same folder, and
/// given its own in one step. What is not given its name is removed.
///
/// SAFETY: each call reads C strings, or as many bytes as an array has.
final class TargetFile {
  let path: String
  private let folder: Descriptor
  private let file: Descriptor
  private let name: String
  private let temporaryName: String
  private let isReplacing: Bool
  private var isOver = false

  /// - Parameters:
  ///   - path: of the file, or of a folder, in which it has the name `name` then.
  ///   - isReplacing: whether a file that stands there is replaced.
  /// - Throws: `ClientFailure` (conflict) where one stands there and is not; (configuration) where
  ///   the file cannot be made.
  init(_ path: String, named name: String, isReplacing: Bool) throws(ClientFailure) {
    let (parent, last) = Self.place(path, named: name)
    self.path = parent == "." ? last : "\(parent == "/" ? "" : parent)/\(last)"
    self.name = last
    self.isReplacing = isReplacing
    let fd = unsafe open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard fd >= 0 else {
      throw ClientFailure(.configuration, "\(parent): \(ErrorCode.message(errno)).")
    }
    folder = Descriptor(adopting: fd)
    try Self.check(fd, last, isReplacing, path)
    var generator = SystemRandomNumberGenerator()
    temporaryName = ".http-runner-\(String(generator.next(), radix: 16))"
    let number = unsafe openat(
      fd, temporaryName, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o666)
    guard number >= 0 else {
      throw ClientFailure(
        .configuration, "\(parent): no file can be made there: \(ErrorCode.message(errno)).")
    }
    file = Descriptor(adopting: number)
  }

  deinit {
    if !isOver { _ = unsafe linux_unlinkat(folder.fd, temporaryName) }
  }

  /// Where a file comes to stand: its folder, and its name in it.
  static func place(_ path: String, named name: String) -> (folder: String, name: String) {
    var status = stat()
    let isFolder = unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    if path.hasSuffix("/") || isFolder {
      let parent = String(path.reversed().drop { $0 == "/" }.reversed())
      return (parent.isEmpty ? "/" : parent, name)
    }
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let parent = path[..<slash]
    return (parent.isEmpty ? "/" : String(parent), String(path[path.index(after: slash)...]))
  }

  /// Looks before anything is done whether a file may come to stand there.
  ///
  /// - Throws: `ClientFailure` as `init`.
  static func check(
    _ path: String, named name: String, isReplacing: Bool
  ) throws(ClientFailure) {
    let (parent, last) = place(path, named: name)
    let fd = unsafe open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard fd >= 0 else {
      throw ClientFailure(.configuration, "\(parent): \(ErrorCode.message(errno)).")
    }
    let folder = Descriptor(adopting: fd)
    try check(folder.fd, last, isReplacing, path)
  }

  private static func check(
    _ folder: CInt, _ name: String, _ isReplacing: Bool, _ path: String
  ) throws(ClientFailure) {
    var status = stat()
    guard unsafe fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return }
    guard isReplacing, status.st_mode & S_IFMT == S_IFREG else {
      throw exists(path)
    }
  }

  private static func exists(_ path: String) -> ClientFailure {
    ClientFailure(.conflict, "\(path) exists already; --force replaces a regular file.")
  }

  /// Writes at the end.
  func write(_ bytes: [UInt8]) throws(ClientFailure) {
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Glibc.write(file.fd, buffer.baseAddress! + done, buffer.count - done)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure(errno) }
      done += count
    }
  }

  /// Begins anew.
  func clear() throws(ClientFailure) {
    guard ftruncate(file.fd, 0) == 0, lseek(file.fd, 0, SEEK_SET) == 0 else {
      throw failure(errno)
    }
  }

  /// Gives it its name.
  func publish() throws(ClientFailure) {
    guard fsync(file.fd) == 0 else { throw failure(errno) }
    let code =
      isReplacing ? unsafe linux_renameat(folder.fd, temporaryName, name) : renameWithoutReplacing()
    guard code == 0 else { throw code == -EEXIST ? Self.exists(path) : failure(-code) }
    isOver = true
  }

  /// A rename that replaces nothing, or a second name where the file system knows no such rename.
  private func renameWithoutReplacing() -> Int32 {
    let code = unsafe linux_renameat2(folder.fd, temporaryName, folder.fd, name)
    guard code == -EINVAL || code == -ENOSYS else { return code }
    let linked = unsafe linux_linkat(folder.fd, temporaryName, name)
    if linked == 0 { _ = unsafe linux_unlinkat(folder.fd, temporaryName) }
    return linked
  }

  private func failure(_ code: CInt) -> ClientFailure {
    ClientFailure(.configuration, "\(path) cannot be written: \(ErrorCode.message(code)).")
  }
}
