import Glibc
import TestSupport
import Testing

/// Symbolic links in configured paths, and what a launcher of root does not touch.
struct SymbolicLinkTests {
  private static func entry(_ keys: String) -> String {
    "{entries: {sh: {path: '/usr/bin/dash', \(keys)}}}"
  }

  private static func link(_ target: String, at path: String) throws {
    guard unsafe symlink(target, path) == 0 else {
      throw TestFailure("symlink \(path): errno \(errno)")
    }
  }

  /// A folder `pool/media` with a file in it, and `media`, a link to it.
  private static func linked(_ folder: RootFolder) throws -> String {
    try Files.makeFolder(folder("pool"))
    try Files.makeFolder(folder("pool/media"))
    try Files.write("a film", to: folder("pool/media/film"))
    try link("pool/media", at: folder("media"))
    return folder("media")
  }

  // Proves P-173.
  @Test func `a link in a folder of root is followed once, at the start, and that is said`() throws
  {
    let folder = try RootFolder()
    let media = try Self.linked(folder)
    let server = try RunningServer(whitelist: [], config: Self.entry("read: ['\(media)']"))
    _ = try server.process.logLine("\(media) leads to \(folder("pool/media"))")
    #expect(try server.run("sh", ["-c", "cat $0/film", media]).stdout == "a film")
    // What root makes of it later is for the next start or reload.
    try Files.remove(media)
    try Self.link("/nonexistent", at: media)
    #expect(try server.run("sh", ["-c", "cat $0/film", media]).stdout == "a film")
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-173.
  @Test func `a link within another path of the entry leads to the same place`() throws {
    let folder = try RootFolder()
    try Files.makeFolder(folder("out"), mode: 0o777)
    let share = folder("share")
    try Files.makeFolder(share)
    try Self.link("../out", at: share + "/out")
    let config = Self.entry("read: ['\(share)'], write: ['\(share)/out']")
    let server = try RunningServer(whitelist: [], config: config)
    let job = try server.run("sh", ["-c", "echo made > $0/out/file && cat $0/out/file", share])
    #expect(job.stdout == "made\n", "\(job.document)")
    #expect(Files.text(of: folder("out/file")) == "made\n")
    #expect(try server.stop() == .exited(0))
  }

  // Twin of P-173.
  @Test func `a link that others could change is not followed, and check says which`() throws {
    let folder = try RootFolder()
    let media = try Self.linked(folder)
    try Files.setMode(0o777, of: folder.path)
    defer { try? Files.setMode(0o755, of: folder.path) }
    try Files.makeFolder("\(folder.path)/config", mode: 0o755)
    let file = "\(folder.path)/config/config.json5"
    try Files.write(Self.entry("read: ['\(media)']"), to: file, mode: 0o600)
    let check = try CommandRun(try Binaries.runner(), ["check", file])
    #expect(check.ending == .exited(78), "\(check.stdout)")
    #expect(check.stdout.contains("\(media): A part of it is a symbolic link"), "\(check.stdout)")
    let server = try RunningServer(whitelist: [], options: ["--config", file])
    _ = try server.process.logLine("others than root may change \(folder.path)")
    let request = "{\"command\":\"sh\",\"args\":[\"-c\",\"cat \(media)/film\"]}"
    let refused = try waiting(for: "a refusal") {
      let answer = try server.client.post(request)
      return answer.status == 503 ? answer : nil
    }
    #expect(refused.text.contains(media), "\(refused)")
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-173.
  @Test(arguments: [("read", "/root"), ("write", "/etc"), ("read", "/dev/shm")])
  func `a link to what no policy may grant is refused`(_ key: String, _ target: String) throws {
    let folder = try RootFolder()
    try Self.link(target, at: folder("media"))
    let config = Self.entry("\(key): ['\(folder("media"))']")
    let process = try RunnerProcess(whitelist: [], config: config)
    #expect(try process.child.wait() == .exited(78), "\(process.log)")
    #expect(process.log.contains("leads to \(target)"), "\(process.log)")
  }

  // Proves P-174.
  @Test func `a program on a file system that does not answer is refused without touching it`()
    throws
  {
    let folder = try RootFolder()
    let remote = folder("remote")
    try Files.makeFolder(remote)
    let silent = try SilentFileSystem(at: remote)
    let process = try RunnerProcess(whitelist: [remote + "/program"])
    #expect(try process.child.wait() == .exited(78), "\(process.log)")
    #expect(process.log.contains("a server or another process answers for"), "\(process.log)")
    withExtendedLifetime(silent) {}
  }

  // Proves P-174.
  @Test func `what is mounted over a program stops its own jobs and no others`() throws {
    let folder = try RootFolder()
    let remote = folder("remote")
    try Files.makeFolder(remote)
    let program = try folder.script("remote/program", "#!/bin/sh\necho here\n")
    let server = try RunningServer(whitelist: [program, "/bin/echo"])
    #expect(try server.run(program).stdout == "here\n")
    let silent = try SilentFileSystem(at: remote)
    for _ in 1...3 {
      let job = try server.run(program)
      #expect(job.failure != nil, "\(job.document)")
    }
    for _ in 1...20 { #expect(try server.run("/bin/echo", ["on"]).stdout == "on\n") }
    try silent.kill()
    try silent.unmount()
    #expect(try server.run(program).stdout == "here\n")
    #expect(try server.stop() == .exited(0))
  }

  // Twin of P-174.
  @Test func `the same program on a disk of the host runs`() throws {
    let folder = try RootFolder()
    try Files.makeFolder(folder("local"))
    let program = try folder.script("local/program", "#!/bin/sh\necho here\n")
    let server = try RunningServer(whitelist: [program])
    #expect(try server.run(program).stdout == "here\n")
    #expect(try server.stop() == .exited(0))
  }
}
