import Glibc
import TestSupport
import Testing

/// Paths of `read` that an automounter (autofs(5)) mounts when they are used.
struct AutomountTests {
  /// A direct mount of autofs with a daemon that mounts a file system with the file `film` on it.
  private final class Automount: Sendable {
    private let path: String
    private let daemon: Child

    /// The kernel writes packets of protocol 5 (linux/auto_fs.h) to the pipe, and lets the
    /// processes that wait go on at AUTOFS_IOC_READY. The daemon's own process group never waits.
    private static let program = """
      import ctypes, fcntl, os, struct, sys
      path = sys.argv[1]
      os.setpgrp()
      libc = ctypes.CDLL(None, use_errno=True)
      reader, writer = os.pipe()
      options = "fd=%d,pgrp=%d,minproto=5,maxproto=5,direct" % (writer, os.getpgrp())
      def mount(source, kind, options):
          if libc.mount(source, path.encode(), kind, 0, options.encode()) != 0:
              sys.exit(os.strerror(ctypes.get_errno()))
      mount(b"automount", b"autofs", options)
      folder = os.open(path, os.O_RDONLY)
      print("ready", flush=True)
      while True:
          packet = os.read(reader, 304)
          mount(b"none", b"tmpfs", "size=1M,mode=755")
          open(path + "/film", "w").write("a film")
          fcntl.ioctl(folder, 0x9360, struct.unpack_from("I", packet, 8)[0])
      """

    init(at path: String) throws {
      self.path = path
      daemon = try Child("/usr/bin/python3", ["-c", Self.program, path])
      try waiting(until: "the automount is there") { Self.mounts(of: path).contains("autofs") }
    }

    deinit {
      for _ in Self.mounts(of: path) { _ = try? CommandRun("/bin/umount", ["-l", path]) }
      daemon.send(SIGKILL)
      _ = try? daemon.wait()
    }

    /// Types of what is mounted at a path, the first mount first.
    static func mounts(of path: String) -> [String] {
      (Files.text(of: "/proc/self/mounts") ?? "").split(separator: "\n").compactMap { line in
        let fields = line.split(separator: " ")
        return fields.count > 2 && fields[1] == path ? String(fields[2]) : nil
      }
    }
  }

  // Proves P-692.
  @Test func `the first job has its automount, and a look at the path alone has not`() throws {
    let folder = try RootFolder()
    let path = folder("auto")
    try Files.makeFolder(path)
    let automount = try Automount(at: path)
    // The twin: stat(2) of the path, as a check of the configuration does it, mounts nothing.
    #expect(Files.exists(path))
    #expect(Automount.mounts(of: path) == ["autofs"])
    let server = try RunningServer(
      whitelist: [], config: "{entries: {cat: {path: '/usr/bin/cat', read: ['\(path)']}}}")
    #expect(try server.run("cat", [path + "/film"]).stdout == "a film")
    #expect(Automount.mounts(of: path) == ["autofs", "tmpfs"])
    #expect(try server.stop() == .exited(0))
    withExtendedLifetime(automount) {}
  }
}
