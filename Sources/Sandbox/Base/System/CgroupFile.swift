internal import CLinux
internal import SystemBase

/// Small files of a cgroup: flat keyed ones (`key value` a line) and single numbers.
package enum CgroupFile {
  /// The number behind `key` in a flat keyed file; nil where there is no such line.
  package static func number(_ key: String, in text: [UInt8]) -> UInt64? {
    for line in text.split(separator: UInt8(ascii: "\n")) {
      guard line.starts(with: key.utf8),
        line.dropFirst(key.utf8.count).first == UInt8(ascii: " ")
      else { continue }
      return number(line.dropFirst(key.utf8.count + 1))
    }
    return nil
  }

  /// A file that is one number; nil for `max`.
  package static func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    for byte in digits where byte != UInt8(ascii: "\n") {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      value = value &* 10 &+ UInt64(byte - UInt8(ascii: "0"))
    }
    return value
  }

  /// Writes a file of an open cgroup folder.
  ///
  /// - Throws: `SystemCallFailure` of openat(2) or write(2), which names the file and the text.
  package static func write(_ text: String, to name: String, in folder: CInt)
    throws(SystemCallFailure)
  {
    let file = try File.open(name, LINUX_OPEN_WRITE, in: folder)
    do throws(SystemCallFailure) {
      try File.write(text, to: file.fd)
    } catch {
      throw SystemCallFailure(call: error.call, code: error.code, object: "\(name) = \(text)")
    }
  }

  /// Whether the cgroup at `path`, which has the controller `io`, has a weight in it.
  package static func hasWeight(in path: String) -> Bool {
    // SAFETY: the path is a C string for the call, which only reads it.
    unsafe "\(path)/\(weightName)".withCString { unsafe linux_faccessat_write($0) } == 0
  }

  /// The file of a weight of the controller `io`.
  package static let weightName = "io.weight"

  /// The first 4096 bytes of a file of an open cgroup folder.
  ///
  /// - Throws: `SystemCallFailure` of openat(2) or pread(2).
  package static func read(_ name: String, in folder: CInt) throws(SystemCallFailure) -> [UInt8] {
    let file = try File.open(name, LINUX_OPEN_READ, in: folder)
    return try File.head(file.fd, bytesMax: 4096)
  }
}
