import Glibc

/// Copies folders with the regular files in them; links and all else are left out.
enum FolderCopy {
  private static let pieceBytes = 1 << 20
  /// SEEK_DATA of lseek(2), which Swift's Glibc does not have.
  private static let seekData: Int32 = 3
  /// Seconds after which what is written to a file gives it another time, on any file system.
  private static let settlingSeconds = 3

  /// Copies what is not there yet, or has another length or time. A file that is removed meanwhile
  /// is left out.
  ///
  /// - Parameter name: one component of a path, of a folder; nothing is done where there is none.
  /// - Throws: `StoreBackup.Failure` where something cannot be written, or read.
  static func update(
    _ name: String, from source: OpenFolder, to target: OpenFolder
  ) throws(StoreBackup.Failure) {
    // SAFETY: Swift keeps the texts until the calls return that read them (openat(2), mkdirat(2)).
    let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW
    let read = unsafe openat(source.number, name, flags)
    guard read >= 0 else {
      guard errno == ENOENT else { throw StoreBackup.failure("open", name) }
      return
    }
    let from = OpenFolder(read)
    guard unsafe mkdirat(target.number, name, 0o700) == 0 || errno == EEXIST else {
      throw StoreBackup.failure("mkdir", name)
    }
    let made = unsafe openat(target.number, name, flags)
    guard made >= 0 else { throw StoreBackup.failure("open", name) }
    let to = OpenFolder(made)
    for bytes in from.names() {
      guard let name = String(validating: bytes, as: UTF8.self), let status = from.status(of: name)
      else { continue }
      switch status.st_mode & S_IFMT {
      case S_IFDIR: try update(name, from: from, to: to)
      case S_IFREG:
        if let copied = to.status(of: name), isSame(copied, status) { continue }
        try copy(name, from: from, to: to)
      default: break
      }
    }
    guard fsync(to.number) == 0 else { throw StoreBackup.failure("fsync", name) }
  }

  private static func copy(
    _ name: String, from source: OpenFolder, to target: OpenFolder
  ) throws(StoreBackup.Failure) {
    // SAFETY: Swift keeps the texts until the calls return that read them (openat(2)).
    let from = unsafe openat(source.number, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard from >= 0 else {
      guard errno == ENOENT else { throw StoreBackup.failure("open", name) }
      return
    }
    defer { close(from) }
    let to = unsafe openat(
      target.number, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard to >= 0 else { throw StoreBackup.failure("open", name) }
    defer { close(to) }
    var times = try times(of: from, name)
    try copyData(from, to, name)
    // SAFETY: futimens(2) reads two structures, the elements of `times`.
    guard unsafe futimens(to, &times) == 0 else { throw StoreBackup.failure("futimens", name) }
    guard fsync(to) == 0 else { throw StoreBackup.failure("fsync", name) }
  }

  private static func isSame(_ copy: stat, _ source: stat) -> Bool {
    copy.st_size == source.st_size && copy.st_mtim.tv_sec == source.st_mtim.tv_sec
      && copy.st_mtim.tv_nsec == source.st_mtim.tv_nsec
  }

  /// Times for the copy of a file that is going to be read: its own. One that has just been written
  /// may be written again without a new time, as clocks tick in steps: its copy gets an earlier
  /// one, so that it is copied again.
  private static func times(
    of file: Int32, _ name: String
  ) throws(StoreBackup.Failure) -> [timespec] {
    var status = stat()
    var now = timespec()
    // SAFETY: fstat(2) and clock_gettime(2) write one structure each, local variables.
    guard unsafe fstat(file, &status) == 0, unsafe clock_gettime(CLOCK_REALTIME, &now) == 0 else {
      throw StoreBackup.failure("fstat", name)
    }
    if now.tv_sec - status.st_mtim.tv_sec < settlingSeconds { status.st_mtim.tv_sec -= 1 }
    return [status.st_atim, status.st_mtim]
  }

  /// Copies the bytes of a file; holes stay holes.
  private static func copyData(
    _ from: Int32, _ to: Int32, _ name: String
  ) throws(StoreBackup.Failure) {
    var buffer = [UInt8](repeating: 0, count: pieceBytes)
    var position: off_t = 0
    // The end is that of now: what is appended meanwhile is not of this copy.
    let end = lseek(from, 0, SEEK_END)
    while position < end {
      // Where a file system knows no holes, all is data.
      let next = lseek(from, position, seekData)
      guard next >= 0 || errno != ENXIO else { break }
      position = max(position, next)
      guard position < end else { break }
      // SAFETY: pread(2) writes at most as many bytes as the buffer has.
      let count = unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe pread(from, bytes.baseAddress, min(bytes.count, Int(end - position)), position)
      }
      guard count > 0 else {
        guard count == 0 else { throw StoreBackup.failure("read", name) }
        break
      }
      try write(buffer[..<count], to: to, at: position, name)
      position += off_t(count)
    }
    // A hole at its end, too; one that was cut meanwhile is shorter.
    guard ftruncate(to, min(end, lseek(from, 0, SEEK_END))) == 0 else {
      throw StoreBackup.failure("ftruncate", name)
    }
  }

  private static func write(
    _ bytes: ArraySlice<UInt8>, to file: Int32, at position: off_t, _ name: String
  ) throws(StoreBackup.Failure) {
    guard bytes.contains(where: { $0 != 0 }) else { return }
    var (rest, position) = (bytes, position)
    while !rest.isEmpty {
      // SAFETY: pwrite(2) reads as many bytes as the slice has.
      let count = unsafe rest.withUnsafeBytes { bytes in
        unsafe pwrite(file, bytes.baseAddress, bytes.count, position)
      }
      guard count > 0 else { throw StoreBackup.failure("write", name) }
      rest = rest.dropFirst(count)
      position += off_t(count)
    }
  }
}
