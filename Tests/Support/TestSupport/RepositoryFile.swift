import Glibc
import Testing

/// Files of the repository that tests hold code to.
package enum RepositoryFile {
  /// The text of the file at `path` from the root of the repository; an issue where there is none.
  package static func text(_ path: String) -> String {
    let root = #filePath.split(separator: "/").dropLast(4).map { "/\($0)" }.joined()
    guard let file = unsafe fopen("\(root)/\(path)", "re") else {
      Issue.record("\(path) is missing")
      return ""
    }
    defer { unsafe fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes {
        unsafe fread($0.baseAddress!, 1, $0.count, file)
      }
      guard count > 0 else { break }
      bytes.append(contentsOf: buffer.prefix(count))
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
