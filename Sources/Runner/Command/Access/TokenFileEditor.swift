internal import Glibc
internal import RunnerAccess
internal import RunnerConfiguration
internal import SystemBase
internal import TextFormats

/// Changes a token file as a whole: a reader sees it before or after a change, also after a crash.
///
/// SAFETY: each system call reads its paths as C strings for the length of the call, or bytes
/// within a buffer whose size it is given; what realpath(3) returns is freed once.
struct TokenFileEditor {
  /// Why the file cannot be read or changed: a sentence.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  let path: String

  /// The folder that the file is in.
  private var folder: String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private var temporaryPath: String { path + ".new" }

  /// The tokens of the file; none where there is no file.
  ///
  /// - Throws: `Failure` for a file that cannot be read, that others can write, or that is none.
  func readIfPresent() throws(Failure) -> TokenFile {
    if unsafe access(path, F_OK) != 0, errno == ENOENT { return TokenFile() }
    return try read()
  }

  /// The tokens of the file.
  ///
  /// - Throws: `Failure` for a file that cannot be read, that others can write, or that is none.
  func read() throws(Failure) -> TokenFile {
    let directory = try openFolder()
    try checkFolder(directory)
    let file: ConfigurationFile
    do throws(ConfigurationRefusal) {
      file = try ConfigurationFile.read(path, mustBeSafe: true, bytesMax: TokenFile.bytesMax)
    } catch {
      throw Failure(description: error.lines(file: path).joined(separator: "\n"))
    }
    do throws(TokenFileError) {
      return try TokenFile(file.bytes)
    } catch {
      throw Failure(description: error.line(in: path))
    }
  }

  /// Makes one change, alone: others that change the file at the same time wait (flock(2)).
  ///
  /// - Throws: `Failure`; the file is as it was then.
  func edit(_ change: (inout TokenFile) throws(TokenFileError) -> Void) throws(Failure) {
    let target = try linkTarget()
    guard target == path else { return try TokenFileEditor(path: target).edit(change) }
    let directory = try openFolder()
    try checkFolder(directory)
    guard flock(directory.fd, LOCK_EX) == 0 else { throw failure("\(folder) cannot be locked") }
    var file = try readIfPresent()
    do throws(TokenFileError) {
      try change(&file)
    } catch {
      throw Failure(description: error.text)
    }
    try write(file.bytes)
    guard unsafe rename(temporaryPath, path) == 0 else {
      let failure = failure("\(path) cannot be replaced")
      _ = unsafe unlink(temporaryPath)
      throw failure
    }
    guard fsync(directory.fd) == 0 else { throw failure("\(folder) cannot be written to the disk") }
  }

  /// Where `path` leads: what is replaced is the file, and no symbolic link to it.
  private func linkTarget() throws(Failure) -> String {
    var status = stat()
    guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { return path }
    guard let target = unsafe realpath(path, nil) else {
      throw failure("\(path) is a symbolic link that cannot be followed")
    }
    defer { unsafe free(target) }
    return unsafe String(cString: target)
  }

  private func openFolder() throws(Failure) -> Descriptor {
    let fd = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard fd >= 0 else { throw failure("The folder \(folder) cannot be opened") }
    return Descriptor(adopting: fd)
  }

  /// Who can rename in the folder could bring back a file with tokens that were revoked.
  private func checkFolder(_ directory: borrowing Descriptor) throws(Failure) {
    var status = stat()
    guard unsafe fstat(directory.fd, &status) == 0 else {
      throw failure("\(folder) cannot be looked at")
    }
    let isShared = status.st_mode & (S_IWGRP | S_IWOTH) != 0 && status.st_mode & S_ISVTX == 0
    guard !isShared, status.st_uid == 0 || status.st_uid == geteuid() else {
      throw Failure(
        description: "Others than root may rename files in the folder \(folder), and so bring "
          + "revoked tokens back. Take that away: chown root, chmod go-w.")
    }
  }

  /// Writes the new file beside the old one, readable by its owner alone.
  private func write(_ bytes: [UInt8]) throws(Failure) {
    // What a crash left: the lock says that no one else is writing it.
    _ = unsafe unlink(temporaryPath)
    let fd = unsafe open(
      temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard fd >= 0 else { throw failure("\(temporaryPath) cannot be made") }
    let file = Descriptor(adopting: fd)
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.write(file.fd, $0.baseAddress, $0.count)
      }
      guard count > 0 || errno == EINTR else { throw undo("\(temporaryPath) cannot be written") }
      rest = rest.dropFirst(max(count, 0))
    }
    guard fsync(file.fd) == 0 else { throw undo("\(temporaryPath) cannot be written to the disk") }
  }

  private func undo(_ text: String) -> Failure {
    let failure = failure(text)
    _ = unsafe unlink(temporaryPath)
    return failure
  }

  private func failure(_ text: String) -> Failure {
    Failure(description: "\(text): \(ErrorCode.message(errno)).")
  }
}

extension TokenFileError {
  /// The fault as compilers write it.
  func line(in file: String) -> String {
    let place = position.map { ":\($0.line):\($0.column)" } ?? ""
    return "\(file)\(place): \(path.isEmpty ? "" : "\(path): ")\(text)"
  }
}
