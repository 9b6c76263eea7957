/// The name under which a service uses a database, and what it says of itself there.
struct PostgreSQLNode: Hashable, Sendable {
  /// Its name: one service at a time has it.
  let name: String
  /// What only services have in common of which one at a time lives: those of one state folder,
  /// which is locked, of one installation of one host.
  let host: String
  /// Version of the program.
  let version: String

  init(name: String, host: String, folder: String, version: String) {
    self.name = name
    self.host = "\(host)\n\(folder)"
    self.version = version
  }
}
