import DigestBase
import Glibc
import RunnerCore

/// A file that a job left, judged by its descriptor.
struct MadeFile: ~Copyable {
  private static let blockBytes = 1 << 20
  /// F_SETLEASE and its values in fcntl(2), which Glibc shows with _GNU_SOURCE only.
  private static let setLease: Int32 = 1024

  private let name: FileName
  private let number: Int32

  /// Opens it: O_NOFOLLOW refuses a link, O_NONBLOCK waits for no writer of a FIFO.
  init(_ name: FileName, in folder: OpenFolder) throws(FileRefusal) {
    let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
    // SAFETY: Swift keeps the text until the call returns that reads it (openat(2)).
    let number = unsafe openat(folder.number, name.text, flags)
    guard number >= 0 else { throw JobFileFolder.refusal(errno) }
    self.name = name
    self.number = number
  }

  deinit {
    close(number)
  }

  /// Reads it once, for its digest, and writes it through to the disk.
  ///
  /// - Parameter room: its length at most. A file with holes counts by its length.
  /// - Throws: `FileRefusal` for what is no regular file of the service's own under one name alone,
  ///   for one that a process may still write, and one that is too long.
  func read(within room: Int) throws(FileRefusal) -> JobFile {
    var status = stat()
    // SAFETY: fstat(2) writes one structure of the type of `status`.
    guard unsafe fstat(number, &status) == 0 else { throw JobFileFolder.refusal(errno) }
    guard status.st_mode & S_IFMT == S_IFREG, status.st_nlink == 1, status.st_uid == geteuid()
    else { throw .failed("EPERM") }
    let size = Int(status.st_size)
    guard size <= room else { throw .tooLong(room) }
    // A lease for reading is granted only where no process has it open for writing: by a descriptor
    // that the job handed on it could still be changed.
    guard fcntl(number, Self.setLease, F_RDLCK) == 0 else { throw .busy }
    _ = fcntl(number, Self.setLease, F_UNLCK)
    guard let digest = ContentDigest(.sha256) else { throw .failed("ENOMEM") }
    guard try digestAll(size, digest), fdatasync(number) == 0, let value = digest.value() else {
      throw .failed("EIO")
    }
    return JobFile(name: name, byteCount: size, digest: value)
  }

  /// - Returns: whether as many bytes as `size` were there, and no more.
  private func digestAll(_ size: Int, _ digest: ContentDigest) throws(FileRefusal) -> Bool {
    var count = 0
    var block = [UInt8](repeating: 0, count: Self.blockBytes)
    while true {
      // SAFETY: pread(2) writes at most the size of the block.
      let got = unsafe block.withUnsafeMutableBytes {
        unsafe pread(number, $0.baseAddress, $0.count, off_t(count))
      }
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { throw JobFileFolder.refusal(errno) }
      guard got > 0 else { return count == size }
      digest.append(got == block.count ? block : Array(block[..<got]))
      count += got
    }
  }
}
