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

  // Proves P-692.
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

  // Proves P-692.
  @Test func `a job that runs keeps what it has, and does not see what is mounted later`() throws {
    let folder = try RootFolder()
    let media = folder("media")
    try Files.makeFolder(media)
    try Self.mountMemory(media)
    try Files.write("", to: media + "/film")
    try Files.makeFolder(folder("out"), mode: 0o777)
    let server = try Self.server(["sh": "read: ['\(media)'], write: ['\(folder("out"))']"])
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

  // Proves P-692.
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

  // Proves P-693.
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
    let request = "{\"command\":\"ls\",\"args\":[\"\(nas)\"]}"
    let words = "\(nas) (fuse mounted at \(nas)) does not answer"
    _ = try server.process.logLine(words)
    try waiting(until: "the entry is closed") { try server.client.post(request).status == 503 }
    #expect(try server.client.post(request).text.contains(words))
    try silent.kill()
    try waiting(until: "it is found dead") {
      try server.client.post(request).text.contains("is dead: ")
    }
    #expect(try server.job(waits)["err"] == nil, "it waits")
    try silent.unmount()
    #expect(try server.finished(waits).code == 0, "it heals by itself")
    // One that hangs later is found by the first job that needs it.
    let other = try SilentFileSystem(at: nas)
    let late = try server.run("ls", [nas])
    #expect(late.failure?["step"]?.string == "host-path", "\(late.document)")
    #expect(late.failure?["message"]?.string?.contains(words) == true, "\(late.document)")
    #expect(try server.run("head", ["-c", "1", "/dev/null"]).code == 0)
    withExtendedLifetime(other) {}
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-694.
  @Test func `an entry whose path is missing answers 503 with the path, and heals by itself`()
    throws
  {
    let folder = try RootFolder()
    let nas = folder("nas")
    let server = try Self.server(["ls": "read: ['\(nas)']", "head": ""])
    let request = "{\"command\":\"ls\",\"args\":[\"\(nas)\"]}"
    _ = try server.process.logLine("jobs of /usr/bin/ls are refused")
    let refused = try waiting(for: "a refusal") {
      let answer = try server.client.post(request)
      return answer.status == 503 ? answer : nil
    }
    #expect(refused.text.contains("The path \(nas) ("), "\(refused)")
    #expect(refused["retry-after"] != nil, "\(refused)")
    #expect(try server.run("head", ["-c", "1", "/dev/null"]).code == 0, "another entry")
    try Files.makeFolder(nas)
    _ = try server.process.logLine("jobs of /usr/bin/ls are taken again")
    try waiting(until: "it takes jobs") { try server.client.post(request).status == 202 }
    #expect(try server.run("ls", [nas]).code == 0)
    // What goes while the service runs is found by the first job that needs it.
    try Mounted.run("/bin/rmdir", [nas])
    #expect(try server.run("ls", [nas]).failure?["code"]?.string == "ENOENT")
    #expect(try server.client.post(request).status == 503)
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-693.
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

  // Proves P-694.
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
    let words = "Nothing is mounted at \(out)"
    let request = "{\"command\":\"touch\",\"args\":[\"\(out)/film\"]}"
    _ = try server.process.logLine(words)
    try waiting(until: "the entry is closed") {
      try server.client.post(request).text.contains(words)
    }
    #expect(Files.entries(of: out) == ["beneath"])
    try Self.mountMemory(out)
    try Files.setMode(0o777, of: out)
    try waiting(until: "the entry is open") { try server.client.post(request).status == 202 }
    #expect(try server.run("touch", [out + "/other"]).code == 0)
    try waiting(until: "both are there") { Files.entries(of: out)?.sorted() == ["film", "other"] }
    try waiting(until: "both jobs have ended") { server.process.jobProcesses().isEmpty }
    try Self.unmount(out)
    let job = try server.run("touch", [out + "/film"])
    #expect(job.failure?["message"]?.string?.contains(words) == true, "\(job.document)")
    #expect(Files.entries(of: out) == ["beneath"])
    #expect(try server.stop() == .exited(0))
  }
}
