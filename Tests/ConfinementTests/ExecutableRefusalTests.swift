import Glibc
import TestSupport
import Testing

/// Entries that the service refuses at start, each with exit code 78 and a line for the operator.
struct ExecutableRefusalTests {
  struct Bad: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Makes the entry in a fresh folder that only root can write, and answers its path.
    let make: @Sendable (RootFolder) throws -> String
    /// What the line says beside the path.
    let says: [String]
    /// What the path in the line ends with, where that is not the entry itself.
    var blamed: String?
  }

  static let configurationRefused: Int32 = 78

  static let cases: [Bad] = [
    Bad(
      testDescription: "set-uid", make: { try script($0, mode: 0o4755) },
      says: ["set-uid", "name a program without set-id bits"]),
    Bad(
      testDescription: "set-gid", make: { try script($0, mode: 0o2755) },
      says: ["set-gid", "name a program without set-id bits"]),
    Bad(
      testDescription: "file capability",
      make: { folder in
        let path = try script(folder, mode: 0o755)
        _ = try Probe.bare("grant-capability", [path])
        return path
      }, says: ["file capabilities (cap_chown=ep)", "setcap -r"]),
    Bad(
      testDescription: "group-writable", make: { try script($0, mode: 0o775) },
      says: ["write", "chmod go-w"]),
    Bad(
      testDescription: "world-writable", make: { try script($0, mode: 0o757) },
      says: ["write", "chmod go-w"]),
    Bad(
      testDescription: "owned by another user",
      make: { folder in
        let path = try script(folder, mode: 0o755)
        try Files.setOwner(Probe.nobody, 0, of: path)
        return path
      }, says: ["root", "chown root:root"]),
    Bad(
      testDescription: "executable by nobody", make: { try script($0, mode: 0o644) },
      says: ["execute", "chmod a+x"]),
    Bad(
      testDescription: "a folder", make: { $0.path }, says: ["not a regular file"]),
    Bad(
      testDescription: "not there", make: { $0("missing") }, says: ["No such file"]),
    Bad(
      testDescription: "in a world-writable folder",
      make: { try inFolder($0, mode: 0o777, owner: 0) }, says: ["write", "chmod go-w"],
      blamed: "/between"),
    Bad(
      testDescription: "in a folder like /tmp",
      make: { try inFolder($0, mode: 0o1777, owner: 0) },
      says: ["everybody's", "has to stay as it is"], blamed: "/between"),
    Bad(
      testDescription: "a script that Windows wrote",
      make: { try $0.script("entry", "#!/bin/sh\r\necho\r\n") }, says: ["CR LF", "sed -i"]),
    Bad(
      testDescription: "in a group-writable folder",
      make: { try inFolder($0, mode: 0o775, owner: 0) }, says: ["write", "chmod go-w"],
      blamed: "/between"),
    Bad(
      testDescription: "in another user's folder",
      make: { try inFolder($0, mode: 0o755, owner: Probe.nobody) },
      says: ["root", "chown root:root"], blamed: "/between"),
    Bad(
      testDescription: "a link through another user's folder",
      make: { folder in
        let path = try inFolder(folder, mode: 0o755, owner: Probe.nobody)
        try Files.makeLink(folder("link"), to: path)
        return folder("link")
      }, says: ["root", "chown root:root"], blamed: "/between"),
    Bad(
      testDescription: "a link to a set-uid file",
      make: { folder in
        try Files.makeLink(folder("link"), to: try script(folder, mode: 0o4755))
        return folder("link")
      }, says: ["set-uid"], blamed: "/entry"),
    Bad(
      testDescription: "a link to itself",
      make: { folder in
        try Files.makeLink(folder("loop"), to: "loop")
        return folder("loop")
      }, says: ["symbolic links"]),
    Bad(
      testDescription: "a script whose interpreter anybody may write",
      make: { folder in
        try Files.write(try #require(Files.bytes(of: "/bin/sh")), to: folder("shell"), mode: 0o777)
        return try folder.script("entry", "#!\(folder("shell"))\n")
      }, says: ["write", "chmod go-w"], blamed: "/shell"),
    Bad(
      testDescription: "a script whose interpreter is set-uid",
      make: { folder in
        try Files.write(try #require(Files.bytes(of: "/bin/sh")), to: folder("shell"), mode: 0o4755)
        return try folder.script("entry", "#!\(folder("shell"))\n")
      }, says: ["set-uid"], blamed: "/shell"),
    Bad(
      testDescription: "a script whose interpreter is a script",
      make: { folder in
        _ = try folder.script("inner", "#!/bin/sh\n")
        return try folder.script("entry", "#!\(folder("inner"))\n")
      }, says: ["script"], blamed: "/inner"),
    Bad(
      testDescription: "a script whose interpreter is looked for in PATH",
      make: { try $0.script("entry", "#!sh\n") }, says: ["absolute path"]),
    Bad(
      testDescription: "a script whose interpreter is not there",
      make: { try $0.script("entry", "#!/nonexistent/sh\n") }, says: ["No such file"],
      blamed: "/nonexistent"),
  ]

  // Proves P-030.
  @Test(arguments: cases)
  func `a bad entry is refused at start, with its path and the remedy`(_ bad: Bad) throws {
    let folder = try RootFolder()
    let entry = try bad.make(folder)
    let process = try RunnerProcess(whitelist: ["/bin/true", entry])
    #expect(try process.child.wait() == .exited(Self.configurationRefused), "\(process.log)")
    let log = process.log
    #expect(log.contains(bad.blamed ?? entry) && log.contains(entry), "\(log)")
    for words in bad.says { #expect(log.contains(words), "\(log)") }
    #expect(!log.contains("listening"), "\(log)")
    #expect(process.instances().isEmpty)
  }

  // Twin of P-030.
  @Test func `the same files without what is wrong with them are accepted`() throws {
    let folder = try RootFolder()
    let plain = try Self.script(folder, mode: 0o755)
    try Files.makeLink(folder("link"), to: plain)
    let server = try RunningServer(whitelist: [plain, folder("link")])
    for entry in [plain, folder("link")] {
      let job = try server.run(entry)
      #expect(job.code == 0 && job.stdout == "it runs\n", "\(job.document)")
      #expect(job.document["command"]?.string == entry)
    }
    #expect(try server.stop() == .exited(0))
  }

  private static func script(_ folder: RootFolder, mode: UInt32) throws -> String {
    let path = try folder.script("entry", "#!/bin/sh\necho it runs\n")
    try Files.setMode(mode, of: path)
    return path
  }

  private static func inFolder(
    _ folder: RootFolder, mode: UInt32, owner: UInt32
  ) throws -> String {
    try Files.makeFolder(folder("between"))
    let path = folder("between/entry")
    try Files.write("#!/bin/sh\necho it runs\n", to: path, mode: 0o755)
    try Files.setOwner(owner, owner, of: folder("between"))
    try Files.setMode(mode, of: folder("between"))
    return path
  }
}
