internal import Glibc

/// The name of this machine.
enum OwnHostName {
  /// HOST_NAME_MAX of Linux, and the closing NUL.
  private static let bytesMax = 65

  /// gethostname(2); nil where it has none.
  static func read() -> String? {
    var name = [CChar](repeating: 0, count: bytesMax)
    // SAFETY: gethostname(2) writes at most as many bytes as the array has. It may leave out the
    // closing NUL of a name that is cut, so the last byte is none of its own.
    guard unsafe gethostname(&name, bytesMax - 1) == 0 else { return nil }
    let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
  }
}
