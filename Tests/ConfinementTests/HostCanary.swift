import TestSupport

/// A file and a folder of the host that anybody may read and write, and no job should find.
enum HostCanary {
  static func file() throws -> String { try made.get()("canary") }

  static func folder() throws -> String { try made.get()("open-folder") }

  /// What a call answers that was kept from something; anything else but "ok" is a probe gone
  /// wrong.
  static let refusals: Set<String?> = ["ENOENT", "EACCES", "EPERM", "EROFS", "ELOOP", "EXDEV"]

  private static let made: Result<RootFolder, any Error> = Result {
    let folder = try RootFolder.shared.get()
    try Files.write("of the host", to: folder("canary"), mode: 0o666)
    try Files.makeFolder(folder("open-folder"), mode: 0o777)
    return folder
  }
}
