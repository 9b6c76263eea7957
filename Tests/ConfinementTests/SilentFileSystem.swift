import Glibc
import TestSupport

/// A FUSE file system whose server takes no request: whatever asks it waits, until the server is
/// killed. It is unmounted with the object.
final class SilentFileSystem: Sendable {
  private let path: String
  private let server: Child

  private static let program = """
    import ctypes, os, sys, time
    fd = os.open("/dev/fuse", os.O_RDWR)
    libc = ctypes.CDLL(None, use_errno=True)
    options = "fd=%d,rootmode=40000,user_id=0,group_id=0" % fd
    if libc.mount(b"silent", sys.argv[1].encode(), b"fuse", 0, options.encode()) != 0:
        sys.exit(os.strerror(ctypes.get_errno()))
    time.sleep(3600)
    """

  init(at path: String) throws {
    self.path = path
    server = try Child("/usr/bin/python3", ["-c", Self.program, path])
    try waiting(until: "the silent file system is mounted") { Self.isMounted(path) }
  }

  deinit {
    try? kill()
    _ = try? CommandRun("/bin/umount", ["-l", path])
  }

  /// Every request fails from now on, as where a server has crashed.
  func kill() throws {
    server.send(SIGKILL)
    _ = try server.wait()
  }

  func unmount() throws { try Mounted.run("/bin/umount", [path]) }

  private static func isMounted(_ path: String) -> Bool {
    (Files.text(of: "/proc/self/mounts") ?? "").contains(" \(path) fuse ")
  }
}
