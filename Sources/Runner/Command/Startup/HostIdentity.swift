internal import FileBase

/// What tells this host from others that share a database with it.
enum HostIdentity {
  /// A machine-id(5) has 32 digits and a line end.
  private static let bytesMax = 64

  /// The machine-id(5), empty where there is none, as in some containers, and the name of the
  /// machine, one a line.
  static func read() -> String {
    var machine = ""
    do throws(RegularFileFailure) {
      let file = try RegularFile.read("/etc/machine-id", .any, bytesMax: bytesMax)
      machine = String(decoding: file.bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    } catch {
      // The name of the machine and the state folder are left.
    }
    return "\(machine)\n\(OwnHostName.read() ?? "")"
  }
}
