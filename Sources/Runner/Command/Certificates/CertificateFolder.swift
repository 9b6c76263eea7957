internal import Glibc
internal import RunnerConfiguration
internal import SystemBase

/// The folder of certificates and keys. Each file is written beside its old self and renamed, so
/// that a reader has one or the other whole.
///
/// SAFETY: each system call reads its paths as C strings for the length of the call, or bytes
/// within a buffer whose size it is given.
struct CertificateFolder {
  /// Why a file cannot be read or written: a sentence.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private static let bytesMax = 1 << 20

  let path: String

  /// Opens the folder, which is made where it is not there.
  init(_ path: String) throws(Failure) {
    self.path = path
    guard unsafe mkdir(path, 0o755) == 0 || errno == EEXIST else {
      throw Failure(description: "\(path) cannot be made: \(ErrorCode.message(errno)).")
    }
    var status = stat()
    guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR,
      status.st_uid == geteuid() || status.st_uid == 0, status.st_mode & (S_IWGRP | S_IWOTH) == 0
    else {
      throw Failure(
        description: "\(path) is no folder that its owner alone can write: keys are not put there.")
    }
  }

  func file(_ name: String) -> String { path + "/" + name }

  /// The bytes of a file; nil where it is not there.
  func read(_ name: String) throws(Failure) -> [UInt8]? {
    if unsafe access(file(name), F_OK) != 0, errno == ENOENT { return nil }
    do throws(ConfigurationRefusal) {
      return try ConfigurationFile.read(file(name), mustBeSafe: true, bytesMax: Self.bytesMax).bytes
    } catch {
      throw Failure(description: error.lines(file: file(name)).joined(separator: "\n"))
    }
  }

  /// Writes a file as a whole.
  ///
  /// - Parameter mode: 0600 for a key.
  func write(_ bytes: [UInt8], to name: String, mode: mode_t) throws(Failure) {
    let temporary = file("." + name + ".new")
    _ = unsafe unlink(temporary)
    let fd = unsafe open(
      temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard fd >= 0 else { throw failure(name) }
    let opened = Descriptor(adopting: fd)
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.write(opened.fd, $0.baseAddress, $0.count)
      }
      guard count > 0 || errno == EINTR else { throw undo(temporary, name) }
      rest = rest.dropFirst(max(count, 0))
    }
    guard fchmod(opened.fd, mode) == 0, fsync(opened.fd) == 0,
      unsafe rename(temporary, file(name)) == 0
    else { throw undo(temporary, name) }
  }

  private func undo(_ temporary: String, _ name: String) -> Failure {
    let failure = failure(name)
    _ = unsafe unlink(temporary)
    return failure
  }

  private func failure(_ name: String) -> Failure {
    Failure(description: "\(file(name)) cannot be written: \(ErrorCode.message(errno)).")
  }
}
