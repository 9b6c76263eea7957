import Glibc
import SystemBase

/// A file that is sent for a job, open from before the job is submitted.
final class InputFile {
  let argument: FileArgument
  /// Its length when it was opened.
  let byteCount: Int
  private let descriptor: Descriptor
  private let changedAt: timespec

  /// - Throws: `ClientFailure` (usage) where it cannot be read, or is no regular file.
  init(_ argument: FileArgument) throws(ClientFailure) {
    // SAFETY: open(2) reads a C string; fstat(2) writes one structure.
    let fd = unsafe open(argument.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard fd >= 0 else {
      throw ClientFailure(
        .usage, "\(argument.path) cannot be read: \(ErrorCode.message(errno)).")
    }
    descriptor = Descriptor(adopting: fd)
    var status = stat()
    guard unsafe fstat(fd, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw ClientFailure(.usage, "\(argument.path) is no regular file.")
    }
    self.argument = argument
    byteCount = Int(status.st_size)
    changedAt = status.st_mtim
  }

  /// Its bytes from `offset` on, as many as there are up to `count`.
  ///
  /// - Throws: `ClientFailure` (usage) where it cannot be read, or has changed since.
  func bytes(at offset: Int, count: Int) throws(ClientFailure) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      // SAFETY: pread(2) writes at most what is left of the array.
      let got = unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe pread(
          descriptor.fd, buffer.baseAddress! + done, count - done, off_t(offset + done))
      }
      if got < 0, errno == EINTR { continue }
      guard got > 0 else {
        throw got < 0
          ? ClientFailure(.usage, "\(argument.path) cannot be read: \(ErrorCode.message(errno)).")
          : changed
      }
      done += got
    }
    var status = stat()
    // SAFETY: fstat(2) writes one structure.
    guard unsafe fstat(descriptor.fd, &status) == 0, Int(status.st_size) == byteCount,
      status.st_mtim.tv_sec == changedAt.tv_sec, status.st_mtim.tv_nsec == changedAt.tv_nsec
    else { throw changed }
    return bytes
  }

  private var changed: ClientFailure {
    ClientFailure(.usage, "\(argument.path) changed while it was sent; the job is cancelled.")
  }
}
