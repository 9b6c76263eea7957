import Glibc
import TestSupport

/// A file system in user space, by the server that hosts have it from. It is unmounted with the
/// object.
final class FuseMount: Sendable {
  /// Its server.
  enum Kind: String, CaseIterable, Sendable {
    case mergerfs, sshfs, rclone
    case ntfs = "ntfs-3g"
  }

  let kind: Kind

  /// What the file `film` has.
  static func text(of kind: Kind) -> String { "film of \(kind.rawValue)\n" }

  /// Where it is mounted.
  let path: String
  private let server: Child

  /// Makes what it is mounted over, a folder with the file `film` or an image of NTFS, and where.
  static func prepare(_ kind: Kind, in folder: RootFolder) throws {
    let store = folder("\(kind.rawValue)-store")
    try Files.makeFolder(folder("\(kind.rawValue)-mount"))
    try Files.makeFolder(store, mode: 0o777)
    try Files.write(text(of: kind), to: store + "/film")
    switch kind {
    case .mergerfs:
      try Files.makeFolder(store + "-2", mode: 0o777)
    case .sshfs:
      // In the place of ssh(1): the server that it would have started on the other machine.
      try Files.write(
        "#!/bin/sh\nexec /usr/lib/openssh/sftp-server\n", to: folder("sftp"), mode: 0o755)
    case .rclone:
      break
    case .ntfs:
      try Mounted.run("/usr/bin/truncate", ["-s", "8M", folder("ntfs-image")])
      try Mounted.run("/usr/sbin/mkntfs", ["-q", "-F", "-Q", folder("ntfs-image")])
    }
  }

  /// Mounts what `prepare` made.
  init(_ kind: Kind, in folder: RootFolder) throws {
    self.kind = kind
    path = folder("\(kind.rawValue)-mount")
    let store = folder("\(kind.rawValue)-store")
    let words: [String]
    switch kind {
    case .mergerfs:
      words = [
        "/usr/bin/mergerfs", "-f", "-o", "allow_other,minfreespace=1M", "\(store):\(store)-2", path,
      ]
    case .sshfs:
      let options = "ssh_command=\(folder("sftp")),allow_other,default_permissions"
      words = ["/usr/bin/sshfs", "-f", "-o", options, "nas:\(store)", path]
    case .rclone:
      words = [
        "/usr/bin/rclone", "mount", "--config", "", "--cache-dir", folder("cache"), "--allow-other",
        "--vfs-cache-mode", "writes", store, path,
      ]
    case .ntfs:
      words = ["/usr/bin/ntfs-3g", "-o", "no_detach", folder("ntfs-image"), path]
    }
    server = try Child(words[0], Array(words.dropFirst()))
    try waiting(until: "\(kind.rawValue) is mounted") { Self.isMounted(path) }
    if kind == .ntfs { try Files.write(Self.text(of: kind), to: path + "/film") }
  }

  deinit {
    server.send(SIGKILL)
    _ = try? server.wait()
    // Of one whose server was killed the mount is left.
    _ = try? CommandRun("/bin/umount", ["-l", path])
  }

  /// No request is answered from now on, as where the machine behind it hangs.
  func stop() { server.send(SIGSTOP) }

  /// It answers again.
  func resume() { server.send(SIGCONT) }

  /// Every request fails from now on, as where its server has crashed.
  func kill() throws {
    server.send(SIGKILL)
    _ = try server.wait()
  }

  private static func isMounted(_ path: String) -> Bool {
    (Files.text(of: "/proc/self/mounts") ?? "").contains(" \(path) fuse")
  }
}
