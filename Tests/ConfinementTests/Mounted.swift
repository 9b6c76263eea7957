import Glibc
import TestSupport

/// A small file system of a test's own. It goes with the object.
final class Mounted: Sendable {
  let path: String
  private let folder: RootFolder

  /// - Parameter isDisk: ext4 on a loop device, which turns read-only at an error; else in memory.
  init(isDisk: Bool) throws {
    folder = try RootFolder()
    path = folder("mount")
    try Files.makeFolder(path)
    if isDisk {
      let image = folder("image")
      try Self.run("/usr/bin/truncate", ["-s", "16M", image])
      try Self.run("/usr/sbin/mkfs.ext4", ["-q", image])
      try Self.run("/bin/mount", ["-o", "loop,errors=remount-ro", image, path])
    } else {
      try Self.run("/bin/mount", ["-t", "tmpfs", "-o", "size=2M,mode=755", "none", path])
    }
  }

  deinit {
    // Whoever still writes to it is on its way out.
    _ = try? CommandRun("/bin/umount", ["-l", path])
  }

  static func run(_ program: String, _ arguments: [String]) throws {
    let run = try CommandRun(program, arguments)
    guard run.ending == .exited(0) else {
      throw TestFailure("\(program) \(arguments): \(run.stderr)")
    }
  }

  /// Leaves no room.
  func fill() throws {
    let run = try CommandRun(
      "/bin/dd", ["if=/dev/zero", "of=\(path)/ballast", "bs=4096", "conv=notrunc"])
    guard run.stderr.contains("No space left") else { throw TestFailure(run.stderr) }
  }

  func makeRoom() throws { try Files.remove(path + "/ballast") }

  /// What the kernel does to a disk that fails.
  func fail() throws {
    let device =
      try CommandRun("/bin/findmnt", ["-n", "-o", "SOURCE", path]).stdout
      .split(separator: "/").last?.dropLast() ?? ""
    try Files.write(
      "a test", to: "/sys/fs/ext4/\(device)/trigger_fs_error", mode: 0o200)
  }
}
