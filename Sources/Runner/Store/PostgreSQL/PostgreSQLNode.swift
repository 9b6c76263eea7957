import Glibc

/// The name under which a service uses a database, and what it says of itself there.
struct PostgreSQLNode: Hashable, Sendable {
  /// Its name: one service at a time has it.
  let name: String
  /// What only services have in common of which one at a time lives: those of one state folder,
  /// which is locked, of one installation of one host.
  let host: String
  /// Version of the program.
  let version: String

  init(name: String, folder: String, version: String) {
    self.name = name
    self.version = version
    host = [Self.machineID, Self.hostName, folder].joined(separator: "\n")
  }

  /// machine-id(5); empty where there is none, as in some containers.
  private static var machineID: String {
    // SAFETY: Swift keeps the path until open(2) has returned.
    let file = unsafe open("/etc/machine-id", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return "" }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 64)
    // SAFETY: read(2) writes at most as many bytes as the array has.
    let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress, $0.count) }
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }

  private static var hostName: String {
    var name = utsname()
    // SAFETY: uname(2) fills the structure, whose names end with a NUL.
    guard unsafe uname(&name) == 0 else { return "" }
    return unsafe withUnsafeBytes(of: name.nodename) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
