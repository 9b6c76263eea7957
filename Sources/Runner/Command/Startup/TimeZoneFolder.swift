internal import FileBase
internal import RunnerConfiguration

/// The host's database of time zones (package tzdata).
enum TimeZoneFolder {
  static let path = "/usr/share/zoneinfo"

  /// The file of a zone; nil where there is none that can be read.
  ///
  /// - Parameter name: as the configuration takes it: words of letters, digits, `_`, `+` and `-`.
  static func file(_ name: String) -> [UInt8]? {
    do throws(RegularFileFailure) {
      // One that is longer is refused where it is parsed.
      return try RegularFile.read("\(path)/\(name)", .any, bytesMax: TimeZoneFile.bytesMax).bytes
    } catch {
      return nil
    }
  }
}
