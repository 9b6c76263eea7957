import Glibc

/// An open folder, closed with this object.
///
/// SAFETY: names are kept in place until the call returns that reads them; readdir(3) entries are
/// read before the next call.
final class OpenFolder {
  private(set) var number: Int32

  /// - Parameter number: an open directory, which this closes at its end.
  init(_ number: Int32) {
    self.number = number
  }

  deinit {
    if number >= 0 { close(number) }
  }

  /// Hands the descriptor over.
  func surrender() -> Int32 {
    defer { number = -1 }
    return number
  }

  /// All names in it, as bytes.
  func names() -> [[UInt8]] {
    let copy = unsafe openat(number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard copy >= 0 else { return [] }
    guard let stream = unsafe fdopendir(copy) else {
      close(copy)
      return []
    }
    defer { unsafe closedir(stream) }
    var names: [[UInt8]] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe Array(bytes.prefix { $0 != 0 })
      }
      if name != Array(".".utf8), name != Array("..".utf8) { names.append(name) }
    }
    return names
  }

  /// What is at a name, itself where it is a link; nil where nothing is.
  func status(of name: String) -> stat? {
    var status = stat()
    guard unsafe fstatat(number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
    return status
  }

  /// Removes a name that is no folder.
  func remove(_ name: [UInt8]) {
    let text = name.map { CChar(bitPattern: $0) } + [0]
    _ = unsafe text.withUnsafeBufferPointer { unsafe unlinkat(number, $0.baseAddress!, 0) }
  }
}
