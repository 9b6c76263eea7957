internal import CLinux
internal import SandboxBase
internal import SystemBase

/// The account files of a job's tree: passwd(5) and group(5) with rows for root, the job and the
/// id 65534 (`nobody`), and for no account of the host.
enum AccountFiles {
  /// In the job's tree.
  static let paths = ["/etc/passwd", "/etc/group"]

  /// What stands at their places in a tree before its job is known.
  static var placeholders: [TreeItem] {
    [
      .file(paths[0], text: rootUser + nobodyUser), .file(paths[1], text: rootGroup + nobodyGroup),
    ]
  }

  private static let rootUser = "root:x:0:0:root:/:/usr/sbin/nologin\n"
  private static let nobodyUser = "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"
  private static let rootGroup = "root:x:0:\n"
  private static let nobodyGroup = "nogroup:x:65534:\n"

  /// False where policy shows those of the host.
  static func arePrivate(_ policy: EntryPolicy) -> Bool {
    !(policy.readPaths + policy.writePaths).contains { $0 == "/etc" || paths.contains($0) }
  }

  /// The job's row has the name `job`, the working folder as home, and /bin/sh.
  static func passwd(uid: UInt32, gid: UInt32) -> String {
    rootUser + "job:x:\(uid):\(gid):job:\(SystemTree.workPath):/bin/sh\n" + nobodyUser
  }

  static func group(gid: UInt32) -> String {
    rootGroup + "job:x:\(gid):\n" + nobodyGroup
  }

  /// Writes both into a sandbox that no job is in yet.
  ///
  /// - Parameter scratchRoot: the root of its scratch tmpfs, where its init made the files.
  static func write(
    uid: UInt32, gid: UInt32, in scratchRoot: CInt
  ) throws(SystemCallFailure) {
    for (name, text) in [("passwd", passwd(uid: uid, gid: gid)), ("group", group(gid: gid))] {
      let file = try File.open(name, LINUX_OPEN_WRITE, in: scratchRoot)
      try File.writeAll(Array(text.utf8), to: file.fd)
    }
  }
}
