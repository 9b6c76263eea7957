import Glibc
import TestSupport
import Testing

extension Confinement {
  /// What a sandbox that waits for its job holds, and what it is made of.
  @Suite struct SandboxCostTests {
    /// Bytes of its own that a process has written, of /proc/PID/smaps_rollup.
    private static func privateBytes(of id: Int32) throws -> Int {
      let text = try #require(Files.text(of: "/proc/\(id)/smaps_rollup"))
      let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("Private_Dirty:") })
      return try #require(line.split(separator: " ").dropFirst().first.flatMap { Int($0) }) * 1024
    }

    // Proves P-400.
    @Test func `the init of a sandbox has little memory of its own`() throws {
      let server = try RunningServer(whitelist: [try Probe.path()])
      let factory = try #require(try ProcessKillTests.victims(.factory, of: server.process).first)
      let inits = ProcessTable.all().filter {
        ProcessTable.status($0)?["PPid"].flatMap { Int32($0) } == factory
      }
      #expect(!inits.isEmpty)
      for id in inits {
        #expect(try Self.privateBytes(of: id) <= 32 << 10)
        let mappings = try #require(Files.text(of: "/proc/\(id)/maps")).split(separator: "\n")
        #expect(!mappings.contains { $0.hasSuffix("[heap]") || $0.hasSuffix("[stack]") })
      }
      // The same reading of the factory, whose copy it is.
      #expect(try Self.privateBytes(of: factory) > 32 << 10)
    }

    private static func etcMounts(_ text: String) -> [(point: Substring, options: Substring)] {
      text.split(separator: "\n").compactMap { line in
        let fields = line.split(separator: " ")
        return fields.count > 5 && fields[4].hasPrefix("/etc/") ? (fields[4], fields[5]) : nil
      }
    }

    // Proves P-401.
    @Test func `settings of the host can be read by a job and not executed`() throws {
      let server = try RunningServer(whitelist: ["/bin/cat"])
      let job = try server.run("/bin/cat", ["/proc/self/mountinfo"])
      let own = ["/etc/passwd", "/etc/group"]
      let mounts = Self.etcMounts(job.stdout).filter { !own.contains(String($0.point)) }
      #expect(!mounts.isEmpty)
      for mount in mounts {
        let options = mount.options.split(separator: ",")
        #expect(options.contains("noexec") && options.contains("ro"), "\(mount)")
      }
    }

    // Twin of P-401.
    @Test func `outside, what is in the folder of settings may be executed`() throws {
      let run = try CommandRun("/usr/bin/findmnt", ["-n", "-o", "OPTIONS", "-T", "/etc"])
      #expect(run.ending == .exited(0) && !run.stdout.contains("noexec"), "\(run.stdout)")
      let folder = try RootFolder()
      // By a process of its own, so that none that a test starts now has it open for writing.
      let program = folder("program")
      let copy = try CommandRun("/usr/bin/install", ["-m", "755", "/bin/echo", program])
      #expect(copy.ending == .exited(0), "\(copy.stderr)")
      let execution = try CommandRun(program, ["executed"])
      #expect(execution.ending == .exited(0) && execution.stdout == "executed\n")
    }
  }
}
