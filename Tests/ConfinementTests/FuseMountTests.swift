import Glibc
import TestSupport
import Testing

/// The file systems in user space of NAS hosts, by their own servers: alive, silent and dead.
@Suite(.serialized)
struct FuseMountTests {
  // Proves P-692, P-693, P-694.
  @Test func `each is used as it is mounted, and one that hangs or dies stops its own entry alone`()
    throws
  {
    let folder = try RootFolder()
    for kind in FuseMount.Kind.allCases { try FuseMount.prepare(kind, in: folder) }
    var mounts = try Self.mountAll(in: folder)
    let server = try Self.server(mounts)
    for mount in mounts {
      try Self.expectUse(of: mount, server)
      try Self.expectWriting(to: mount, server)
    }
    // All at one time, so that each is looked at beside others that hang.
    for mount in mounts { mount.stop() }
    for mount in mounts { try Self.waitForRefusal(mount, "does not answer", server) }
    #expect(try server.run("host", ["well"]).stdout == "well\n")
    for mount in mounts { mount.resume() }
    for mount in mounts { try Self.expectUse(of: mount, server) }
    for mount in mounts { try mount.kill() }
    for mount in mounts { try Self.waitForRefusal(mount, "is dead: ", server) }
    #expect(try server.run("host", ["well"]).stdout == "well\n")
    mounts = []
    mounts = try Self.mountAll(in: folder)
    for mount in mounts { try Self.expectUse(of: mount, server) }
    #expect(try server.stop() == .exited(0))
  }

  private static func mountAll(in folder: RootFolder) throws -> [FuseMount] {
    try FuseMount.Kind.allCases.map { try FuseMount($0, in: folder) }
  }

  /// An entry that reads and one that writes for each, and one that needs none of them.
  private static func server(_ mounts: [FuseMount]) throws -> RunningServer {
    let entries = mounts.map { mount in
      let name = mount.kind.rawValue
      return "'\(name)': {path: '/bin/cat', read: ['\(mount.path)']}, "
        + "'\(name)-out': {path: '/bin/cp', write: ['\(mount.path)']}"
    }
    return try RunningServer(
      whitelist: [],
      config: "{entries: {\(entries.joined(separator: ", ")), host: {path: '/bin/echo'}}}")
  }

  private static func request(_ mount: FuseMount) -> String {
    "{\"command\":\"\(mount.kind.rawValue)\",\"args\":[\"\(mount.path)/film\"]}"
  }

  /// Its entry takes jobs, perhaps again, and they read what is there.
  private static func expectUse(of mount: FuseMount, _ server: RunningServer) throws {
    try waiting(until: "\(mount.kind) is open") {
      try server.client.post(request(mount)).status == 202
    }
    let read = try server.run(mount.kind.rawValue, [mount.path + "/film"])
    #expect(read.stdout == FuseMount.text(of: mount.kind), "\(read.document)")
  }

  private static func expectWriting(to mount: FuseMount, _ server: RunningServer) throws {
    try Files.setMode(0o777, of: mount.path)
    let copy = mount.path + "/copy"
    let wrote = try server.run("\(mount.kind.rawValue)-out", [mount.path + "/film", copy])
    #expect(wrote.code == 0, "\(mount.kind): \(wrote.document)")
    #expect(Files.text(of: copy) == FuseMount.text(of: mount.kind))
  }

  /// Jobs of its entry are refused, with its path, its kind and what ails it.
  private static func waitForRefusal(
    _ mount: FuseMount, _ words: String, _ server: RunningServer
  ) throws {
    let words = "mounted at \(mount.path)) \(words)"
    try waiting(until: "\(mount.kind) is refused: \(words)") {
      let answer = try server.client.post(request(mount))
      return answer.status == 503 && answer.text.contains(words)
    }
  }
}
