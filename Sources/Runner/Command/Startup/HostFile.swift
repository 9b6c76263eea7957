internal import Glibc
internal import SystemBase

/// Small text files of the host, read at start.
///
/// SAFETY: fread(3) writes at most the size of the buffer, and the stream is closed once, here.
enum HostFile {
  /// The lines of `path`; nil if it cannot be opened.
  static func lines(of path: String) -> [String]? {
    guard let file = unsafe fopen(path, "re") else { return nil }
    defer { unsafe fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16 << 10)
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes {
        unsafe fread($0.baseAddress!, 1, $0.count, file)
      }
      guard count > 0 else { break }
      bytes.append(contentsOf: buffer.prefix(count))
    }
    return String(decoding: bytes, as: UTF8.self).fields(separatedBy: "\n").map(String.init)
  }
}
