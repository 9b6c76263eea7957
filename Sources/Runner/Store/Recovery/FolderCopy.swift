import Glibc

/// Copies folders with the regular files in them; links and all else are left out.
enum FolderCopy {
  private static let pieceBytes = 1 << 20

  /// Copies what is not there yet, or has another length. A file that is removed meanwhile is left
  /// out.
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
      case S_IFREG where to.status(of: name)?.st_size != status.st_size:
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
    var buffer = [UInt8](repeating: 0, count: pieceBytes)
    while true {
      // SAFETY: read(2) writes at most as many bytes as the buffer has.
      let count = unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe read(from, bytes.baseAddress, bytes.count)
      }
      guard count > 0 else {
        guard count == 0 else { throw StoreBackup.failure("read", name) }
        break
      }
      try write(buffer[..<count], to: to, name)
    }
    guard fsync(to) == 0 else { throw StoreBackup.failure("fsync", name) }
  }

  private static func write(
    _ bytes: ArraySlice<UInt8>, to file: Int32, _ name: String
  ) throws(StoreBackup.Failure) {
    var rest = bytes
    while !rest.isEmpty {
      // SAFETY: write(2) reads as many bytes as the slice has.
      let count = unsafe rest.withUnsafeBytes { bytes in
        unsafe Glibc.write(file, bytes.baseAddress, bytes.count)
      }
      guard count > 0 else { throw StoreBackup.failure("write", name) }
      rest = rest.dropFirst(count)
    }
  }
}
