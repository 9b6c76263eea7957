internal import Glibc
internal import RunnerAccess
internal import RunnerConfiguration
internal import SystemBase
internal import TextFormats

/// Changes a token file as a whole: a reader sees it before or after a change, also after a crash.
///
/// SAFETY: each system call reads its paths as C strings for the length of the call, or bytes
/// within a buffer whose size it is given.
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
    let folderFD = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folderFD >= 0 else { throw failure("The folder \(folder) cannot be opened") }
    let directory = Descriptor(adopting: folderFD)
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
