import Glibc
import SystemBase

/// Files that the client reads: its configuration and its token.
///
/// SAFETY: each system call reads the path as a C string, or writes within a local variable or
/// buffer whose size it is given.
enum ClientFile {
  /// Which modes of a file are taken.
  enum Rule {
    /// Others may read it, and not write it.
    case notWritable
    /// Neither the group nor others may do anything with it.
    case secret
    /// Any: what made it keeps it from others.
    case any
  }

  /// The content of a regular file; nil where there is none of that name.
  ///
  /// - Throws: `ClientFailure` (configuration) where it cannot be read, is longer than `bytesMax`,
  ///   or breaks `rule`; the text says what to type.
  static func read(
    _ path: String, _ rule: Rule, bytesMax: Int
  ) throws(ClientFailure) -> [UInt8]? {
    // Without O_NONBLOCK opening a FIFO would wait for a writer.
    let fd = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    if fd < 0, errno == ENOENT || errno == ENOTDIR { return nil }
    guard fd >= 0 else { throw failure(path, "cannot be opened: \(ErrorCode.message(errno))") }
    let file = Descriptor(adopting: fd)
    var status = stat()
    guard unsafe fstat(file.fd, &status) == 0 else {
      throw failure(path, "cannot be looked at: \(ErrorCode.message(errno))")
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw failure(path, "is no regular file") }
    try check(path, status, rule)
    return try contents(of: file, path, bytesMax)
  }

  private static func check(
    _ path: String, _ status: stat, _ rule: Rule
  ) throws(ClientFailure) {
    guard rule != .any else { return }
    guard status.st_uid == 0 || status.st_uid == geteuid() else {
      throw failure(path, "belongs to user \(status.st_uid). It must be yours, or root's")
    }
    if rule == .secret, status.st_mode & (S_IRWXG | S_IRWXO) != 0 {
      throw failure(path, "holds a token, and others can reach it. Type: chmod 600 \(path)")
    }
    if status.st_mode & (S_IWGRP | S_IWOTH) != 0 {
      throw failure(path, "can be written by others. Type: chmod go-w \(path)")
    }
  }

  private static func contents(
    of file: borrowing Descriptor, _ path: String, _ bytesMax: Int
  ) throws(ClientFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16 << 10)
    while bytes.count <= bytesMax {
      let count = unsafe buffer.withUnsafeMutableBytes {
        unsafe Glibc.read(file.fd, $0.baseAddress!, $0.count)
      }
      guard count >= 0 else {
        throw failure(path, "cannot be read: \(ErrorCode.message(errno))")
      }
      guard count > 0 else { return bytes }
      bytes.append(contentsOf: buffer.prefix(count))
    }
    throw failure(path, "has more than \(bytesMax) bytes")
  }

  private static func failure(_ path: String, _ text: String) -> ClientFailure {
    ClientFailure(.configuration, "\(path) \(text).")
  }
}
