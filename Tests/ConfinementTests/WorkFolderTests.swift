import TestSupport
import Testing

extension Confinement {
  @Suite struct WorkFolderTests {
    // Proves P-032.
    @Test func `a job starts in a private folder of its own`() throws {
      let facts = try facts("surroundings")
      let folder = try #require(facts["folder"])
      let user = try #require(facts["folder-owner"]?.split(separator: " ").first)
      #expect(folder == "/work")
      #expect(facts["folder-mode"] == "700")
      #expect(facts["folder-owner"] == "\(user) \(user)" && user != "0")
      #expect(facts["folder-writable"] == "ok")
    }

    @Test func `a job can neither write beside its folder nor see its neighbours`() throws {
      #expect(try facts("surroundings")["outside-writable"] != "ok")
      #expect(try server().run("/bin/ls", ["/"]).stdout.contains("work\n"), "there is but its own")
    }

    @Test func `outside, root can do both`() throws {
      #expect(try bareFacts("surroundings")["outside-writable"] == "ok")
      #expect(try bareFacts("surroundings")["siblings-listable"] == "ok")
    }

    // Proves P-032.
    @Test func `a folder on disk is gone when the job has ended`() throws {
      let server = try Self.serverOnDisk()
      let job = try server.submit("probe", ["obedient"])
      _ = try server.facts(of: job, once: "ready")
      #expect(server.process.jobFolders().count == 1)
      #expect(try server.stop() == .exited(0))
      try waiting(until: "the folder to be gone") { server.process.jobFolders().isEmpty }
    }

    /// One whose working folders are on disk.
    static func serverOnDisk() throws -> RunningServer {
      try RunningServer(
        whitelist: [],
        config: """
          {entries: {probe: {path: "\(Probe.path())", scratch: {place: "disk"}}}}
          """)
    }

    @Test func `a work folder that was missing is made so that jobs can reach their own by name`()
      throws
    {
      let host = try RootFolder()
      let script = try host.script(
        "names",
        """
        #!/bin/sh
        file=$(mktemp) && cd / && ls -ld "$HOME" > "$file" && cat "$file" > "$HOME/copy"
        ls "$HOME"

        """)
      let server = try RunningServer(whitelist: [script], workFolder: host("missing"))
      let job = try server.run(script)
      #expect(job.code == 0 && job.stderr == "" && job.stdout.contains("copy\n"), "\(job.document)")
      #expect(try server.stop() == .exited(0))
    }

    @Test(arguments: [UInt32(0o777), 0o775, 0o1777])
    func `a work folder that others can write is refused`(_ mode: UInt32) throws {
      let host = try RootFolder()
      try Files.makeFolder(host("open"), mode: mode)
      let process = try RunnerProcess(whitelist: ["/bin/true"], workFolder: host("open"))
      #expect(try process.child.wait() == .exited(78), "\(process.log)")
      // Nobody is told to take a folder such as /tmp from its users.
      let remedy = mode & 0o1000 == 0 ? "chmod go-w" : "has to stay as it is"
      #expect(process.log.contains(host("open")) && process.log.contains(remedy))
    }

    // Proves P-032, P-081.
    @Test func `a job cannot enter the folder of another that runs`() throws {
      let server = try RunningServer(whitelist: [Probe.path(), "/bin/ls"])
      let job = try server.submit(Probe.path(), ["obedient"])
      _ = try server.facts(of: job, once: "ready")
      let process = try #require(server.process.jobProcesses().first)
      // From outside, root sees it; a job has no way to say which one it means.
      #expect(try CommandRun("/bin/ls", ["/proc/\(process)/root/work"]).ending == .exited(0))
      let other = try server.run("/bin/ls", ["/proc/\(process)/root/work"])
      #expect(other.code == 2 && other.stderr.contains("No such file"), "\(other.document)")
      _ = try CommandRun("/bin/kill", ["\(process)"])
      _ = try server.finished(job)
      #expect(try server.stop() == .exited(0))
    }

    // Proves P-032, P-083.
    @Test func `removal of a hostile folder follows no link and leaves nothing`() throws {
      let host = try RootFolder()
      let file = host("canary")
      let folder = host("folder")
      try Files.makeFolder(folder, mode: 0o777)
      try Files.write("alive", to: file, mode: 0o666)
      try Files.write("alive", to: "\(folder)/inside", mode: 0o666)
      let server = try Self.serverOnDisk()
      let job = try server.run("probe", ["tree", file, folder])
      let facts = ProbeOutput(job.stdout)
      let made = [
        "link-to-file", "link-to-folder", "link-to-root", "link-inside", "fifo", "socket",
      ]
      for name in made { #expect(facts[name] == "ok", "\(name)") }
      #expect(facts["depth"] == "2000" && facts["close-all"] == "ok")
      #expect(Files.text(of: file) == "alive")
      #expect(Files.text(of: "\(folder)/inside") == "alive")
      #expect(Files.entries(of: folder) == ["inside"])
      try waiting(until: "the hostile folder to be gone") {
        server.process.jobFolders().allSatisfy { !Files.exists("\($0)/link-to-root") }
      }
      #expect(try server.stop() == .exited(0))
    }

    // Twin of P-032, P-083.
    @Test func `outside, removal that follows links would have reached the canary`() throws {
      let host = try RootFolder()
      try Files.makeFolder(host("folder"))
      try Files.write("alive", to: host("folder/inside"))
      try Files.makeFolder(host("job"))
      let facts = try CommandRun(
        Probe.path(), ["tree", "/dev/null", host("folder")], folder: host("job"))
      #expect(ProbeOutput(facts.stdout)["link-to-folder"] == "ok")
      _ = try CommandRun(
        "/usr/bin/find", ["-L", host("job/link-to-folder"), "-type", "f", "-delete"])
      #expect(!Files.exists(host("folder/inside")))
    }
  }
}
