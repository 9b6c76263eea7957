import Glibc
import TestSupport
import Testing

/// What the host mounts and unmounts while the service runs, and file systems that do not answer.
@Suite(.serialized)
struct MountTests {
  /// The program, by its last component, with keys of its entry.
  private static func server(_ entries: [String: String]) throws -> RunningServer {
    let texts = entries.map { "'\($0)': {path: '/usr/bin/\($0)', \($1)}" }
    return try RunningServer(
      whitelist: [], config: "{entries: {\(texts.joined(separator: ", "))}}")
  }

  private static func mountMemory(_ path: String) throws {
    try Mounted.run("/bin/mount", ["-t", "tmpfs", "-o", "size=1M,mode=755", "none", path])
  }

  private static func unmount(_ path: String) throws { try Mounted.run("/bin/umount", [path]) }

  @Test func `a job sees what the host has mounted at its launch, and can write no more of it`()
    throws
  {
    let folder = try RootFolder()
    let media = folder("media")
    let disk = media + "/disk"
    try Files.makeFolder(media)
    try Files.makeFolder(disk)
    let server = try Self.server(["ls": "read: ['\(media)']", "touch": "read: ['\(media)']"])
    #expect(try server.run("ls", [disk]).stdout == "")
    try Self.mountMemory(disk)
    try Files.write("", to: disk + "/film")
    #expect(try server.run("ls", [disk]).stdout == "film\n", "mounted beneath the path")
    #expect(try server.run("touch", [disk + "/mine"]).code == 1)
    #expect(Files.entries(of: disk) == ["film"])
    try Self.mountMemory(media)
    try Files.write("", to: media + "/other")
    #expect(try server.run("ls", [media]).stdout == "other\n", "mounted on the path")
    try Self.unmount(media)
    try Self.unmount(disk)
    #expect(try server.run("ls", [media]).stdout == "disk\n", "unmounted again")
    #expect(try server.run("ls", [disk]).stdout == "")
    #expect(try server.stop() == .exited(0))
  }

  @Test func `a job that runs keeps what it has, and does not see what is mounted later`() throws {
    let folder = try RootFolder()
    let media = folder("media")
    try Files.makeFolder(media)
    try Self.mountMemory(media)
    try Files.write("", to: media + "/film")
    let server = try Self.server(["sh": "read: ['\(media)'], write: ['\(folder("out"))']"])
    try Files.makeFolder(folder("out"), mode: 0o777)
    let script = "echo ready; until [ -e $1/go ]; do sleep 0.05; done; ls $2"
    let id = try server.submit("sh", ["-c", script, "sh", folder("out"), media])
    try waiting(until: "the job runs") {
      try server.job(id)["stdout"]?.string?.contains("ready") == true
    }
    try Self.unmount(media)
    try Self.mountMemory(media)
    defer { _ = try? CommandRun("/bin/umount", ["-l", media]) }
    try Files.write("", to: folder("out") + "/go")
    #expect(try server.finished(id).stdout == "ready\nfilm\n")
    #expect(try server.run("sh", ["-c", "ls $0", media]).stdout == "", "the next one sees it")
    #expect(try server.stop() == .exited(0))
  }

  @Test func `nothing keeps a file system busy between jobs`() throws {
    let disk = try Mounted(isDisk: true)
    let keys = "read: ['\(disk.path)']"
    let server = try Self.server(["ls": keys, "sleep": keys])
    let source = try CommandRun("/bin/findmnt", ["-n", "-o", "SOURCE", disk.path]).stdout
    let device = try #require(source.split(separator: "\n").first.map { String($0) })
    for _ in 1...20 { #expect(try server.run("ls", [disk.path]).code == 0) }
    let sleeper = try server.submit("sleep", ["60"])
    try waiting(until: "the job runs") { !server.process.jobProcesses().isEmpty }
    try Self.unmount(disk.path)
    let isUsed = { try CommandRun("/sbin/losetup", [device]).ending == .exited(0) }
    #expect(try isUsed(), "the twin: a job has it")
    #expect(try server.client.ask("POST", "/\(sleeper)/cancel", body: []).status == 202)
    _ = try server.finished(sleeper)
    try waiting(until: "the device is free") { try !isUsed() }
    #expect(try server.stop() == .exited(0))
  }

  @Test func `a file system that does not answer or is dead stops the jobs of its entry alone`()
    throws
  {
    let folder = try RootFolder()
    let nas = folder("nas")
    try Files.makeFolder(nas)
    let silent = try SilentFileSystem(at: nas)
    // It starts although the path does not answer.
    let server = try Self.server(["ls": "read: ['\(nas)']", "head": "read: ['\(folder.path)']"])
    let waits = try server.submit("ls", [nas])
    for _ in 1...3 {
      #expect(try server.run("head", ["-c", "1", "/dev/null"]).code == 0)
    }
    let late = try server.finished(waits)
    #expect(late.failure?["step"]?.string == "host-path", "\(late.document)")
    let words = late.failure?["message"]?.string ?? ""
    #expect(words.contains("\(nas) (fuse mounted at \(nas)) does not answer"), "\(words)")
    try silent.kill()
    let dead = try waiting(for: "the answer of a dead file system") {
      let job = try server.run("ls", [nas])
      return job.failure?["message"]?.string?.contains("is dead") == true ? job : nil
    }
    #expect(dead.failure?["code"]?.string == "ENOTCONN", "\(dead.document)")
    try silent.unmount()
    #expect(try server.run("ls", [nas]).code == 0, "it heals by itself")
    #expect(try server.stop() == .exited(0))
  }

  @Test func `a service whose jobs wait for a file system ends at once`() throws {
    let folder = try RootFolder()
    let nas = folder("nas")
    try Files.makeFolder(nas)
    let silent = try SilentFileSystem(at: nas)
    defer { withExtendedLifetime(silent) {} }
    let server = try Self.server(["ls": "read: ['\(nas)']"])
    _ = try server.submit("ls", [nas])
    #expect(try server.stop() == .exited(0))
  }

  @Test func `a path that must be mounted fails the job where it is not, and nothing is written`()
    throws
  {
    let folder = try RootFolder()
    let out = folder("out")
    try Files.makeFolder(out)
    try Files.setMode(0o777, of: out)
    let server = try Self.server([
      "touch": "write: ['\(out)'], requireMount: true", "cp": "write: ['\(out)']",
    ])
    #expect(try server.run("cp", ["/etc/hosts", out + "/beneath"]).code == 0, "the twin")
    let job = try server.run("touch", [out + "/film"])
    let words = job.failure?["message"]?.string ?? ""
    #expect(words.contains("Nothing is mounted at \(out)"), "\(job.document)")
    #expect(Files.entries(of: out) == ["beneath"])
    try Self.mountMemory(out)
    defer { _ = try? CommandRun("/bin/umount", ["-l", out]) }
    try Files.setMode(0o777, of: out)
    #expect(try server.run("touch", [out + "/film"]).code == 0)
    #expect(Files.entries(of: out) == ["film"])
    #expect(try server.stop() == .exited(0))
  }
}
