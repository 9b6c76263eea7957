internal import Glibc
internal import SystemBase

/// A regular file that the operator or the user of a program names, read as a whole: of
/// configurations, keys, certificates and tokens.
///
/// SAFETY: each system call reads the path as a C string, or writes within a local variable or
/// buffer whose size it is given.
package struct RegularFile: Sendable {
  /// Who may reach a file that is taken.
  package enum Rule: Sendable {
    /// All: what made it keeps it from others, or it decides nothing.
    case any
    /// It is root's or the own one, and neither group nor others may write it.
    case notWritable
    /// The same, and neither group nor others may do anything with it.
    case secret
  }

  /// The content.
  package let bytes: [UInt8]
  /// Whether group or others may read it.
  package let isOpen: Bool

  /// Reads a file. One that is no regular file is not waited for: open(2), O_NONBLOCK.
  ///
  /// - Parameters:
  ///   - path: symbolic links are followed.
  ///   - rule: held against the open file.
  ///   - bytesMax: of a longer file one byte more is read, which shows that it is longer.
  /// - Throws: `RegularFileFailure`.
  package static func read(
    _ path: String, _ rule: Rule, bytesMax: Int
  ) throws(RegularFileFailure) -> RegularFile {
    let fd = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard fd >= 0 else {
      throw errno == ENOENT || errno == ENOTDIR ? .absent : .call("opened", errno)
    }
    let file = Descriptor(adopting: fd)
    var status = stat()
    guard unsafe fstat(file.fd, &status) == 0 else { throw .call("looked at", errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegular }
    try check(status, rule)
    return RegularFile(
      bytes: try contents(of: file, bytesMax),
      isOpen: status.st_mode & (S_IRGRP | S_IROTH) != 0)
  }

  private static func check(_ status: stat, _ rule: Rule) throws(RegularFileFailure) {
    guard rule != .any else { return }
    guard status.st_uid == 0 || status.st_uid == geteuid() else {
      throw .foreign(owner: status.st_uid)
    }
    if rule == .secret, status.st_mode & (S_IRWXG | S_IRWXO) != 0 { throw .notSecret }
    if status.st_mode & (S_IWGRP | S_IWOTH) != 0 { throw .writable }
  }

  private static func contents(
    of file: borrowing Descriptor, _ bytesMax: Int
  ) throws(RegularFileFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while bytes.count <= bytesMax {
      let count = unsafe buffer.withUnsafeMutableBytes {
        unsafe Glibc.read(file.fd, $0.baseAddress!, $0.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .call("read", errno) }
      guard count > 0 else { break }
      bytes.append(contentsOf: buffer.prefix(count))
    }
    return Array(bytes.prefix(bytesMax + 1))
  }
}
