internal import Glibc
internal import RunnerConfiguration

/// The host's database of time zones (package tzdata).
enum TimeZoneFolder {
  private static let path = "/usr/share/zoneinfo/"

  /// The file of a zone; nil where there is none that can be read.
  ///
  /// - Parameter name: as the configuration takes it: words of letters, digits, `_`, `+` and `-`.
  static func file(_ name: String) -> [UInt8]? {
    // SAFETY: open(2) reads a path of this program's, which is alive for the call.
    let fd = unsafe open(path + name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    guard fd >= 0 else { return nil }
    defer { close(fd) }
    var buffer = [UInt8](repeating: 0, count: TimeZoneFile.bytesMax + 1)
    var bytes: [UInt8] = []
    while bytes.count <= TimeZoneFile.bytesMax {
      // SAFETY: read(2) writes at most as many bytes as the array has.
      let count = unsafe read(fd, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return nil }
      guard count > 0 else { return bytes }
      bytes += buffer.prefix(count)
    }
    return nil
  }
}
