import Glibc
import TestSupport
import Testing

extension Confinement {
  /// Programs that take all they can get of one thing, at the default limits.
  @Suite struct HogTests {
    // Proves P-092.
    @Test func `a thread bomb stops at its limit`() throws {
      let facts = try facts("threads", ["4000"])
      #expect(try #require(facts.number("made")) < 256 && facts["stopped-by"] == "EAGAIN")
    }

    // Twin of P-092.
    @Test func `outside, nothing stops that many threads`() throws {
      #expect(try bareFacts("threads", ["4000"])["made"] == "4000")
    }

    static let scratchBytes = 512 << 20
    static let scratchInodes = 65536

    // Proves P-088.
    @Test(arguments: [".", "/tmp", "/dev/shm"])
    func `a job cannot write more than its scratch space holds`(_ place: String) throws {
      let facts = try facts("fill", [place, "\(Self.scratchBytes * 2)"])
      let written = try #require(facts.number("written"))
      #expect(facts["stopped-by"] == "ENOSPC" && written <= Self.scratchBytes, "\(facts.text)")
      #expect(written >= Self.scratchBytes - (8 << 20), "and has the use of it: \(facts.text)")
    }

    // Twin of P-088.
    @Test func `outside, the probe writes more than that`() throws {
      let facts = try bareFacts("fill", [".", "\(Self.scratchBytes + (1 << 20))"])
      #expect(facts["stopped-by"] == "nothing")
    }

    // Proves P-089.
    @Test func `a job cannot make more files than its scratch space may have`() throws {
      let facts = try facts("inodes", [".", "\(Self.scratchInodes * 2)"])
      let made = try #require(facts.number("made"))
      #expect(facts["stopped-by"] == "ENOSPC" && made < Self.scratchInodes, "\(facts.text)")
      #expect(made > Self.scratchInodes - 64)
    }

    // Twin of P-089.
    @Test func `outside, the probe makes more than that`() throws {
      #expect(try bareFacts("inodes", [".", "\(Self.scratchInodes)"])["stopped-by"] == "nothing")
    }

    static let tooLong = "\(2 << 40)"

    // Proves P-090.
    @Test func `a sparse file past the limit on files is refused`() throws {
      let facts = try facts("sparse", [Self.tooLong])
      #expect(facts["truncate"] == "EFBIG" && facts["write-far"] == "EFBIG")
      #expect(facts["size"] == "0")
    }

    // Twin of P-090.
    @Test func `outside, that sparse file is made`() throws {
      #expect(try bareFacts("sparse", [Self.tooLong])["size"] == Self.tooLong)
    }

    // Proves P-102.
    @Test func `a flood of crashes leaves no memory image`() throws {
      let facts = try facts("cores", ["20"])
      #expect(facts["died"] == "20" && facts["dumped"] == "0")
    }

    // Twin of P-102.
    @Test func `outside, where cores are unlimited, a crash leaves one`() throws {
      let folder = try RootFolder()
      let run = try CommandRun(
        "/usr/bin/prlimit", ["--core=unlimited", Probe.path(), "cores", "1"], folder: folder.path)
      #expect(ProbeOutput(run.stdout)["dumped"] == "1", "\(run.stdout)")
    }

    // Proves P-105.
    @Test func `a job that closes its output has ended only when it ends`() throws {
      let job = try server().run(Probe.path(), ["after-close"])
      #expect(job.code == 5, "it closed its output and went on: \(job.document)")
      #expect(job.stdout.hasPrefix("before ") && job.stdout.utf8.count < 32)
    }

    // Proves P-105.
    @Test func `nothing is printed after the end, whatever was left running`() throws {
      let server = try server()
      let id = try server.submit(Probe.path(), ["late-talker"])
      let job = try server.finished(id)
      #expect(job.code == 0 && job.failure == nil)
      #expect(server.process.processes(running: "late-talker").isEmpty)
      #expect(try server.job(id)["stdout"]?.string == job.stdout)
    }

    // Twin of P-105.
    @Test func `outside, what was left running goes on printing`() throws {
      let talker = try #require(Probe.bare("late-talker").number("talker"))
      defer { kill(Int32(talker), SIGKILL) }
      #expect(ProcessTable.lives(Int32(talker)))
    }

    // Proves P-106.
    @Test func `a million arguments are refused, and the service goes on`() throws {
      let server = try server()
      for count in [1_000_000, 300_000] {
        let list = String(repeating: "0,", count: count) + "0"
        let texts = list.replacing("0", with: "\"\"")
        let body = "{\"command\":\(JSONText.quoted(try Probe.path())),\"args\":[\(texts)]}"
        let status = try server.client.post(body).status
        #expect(status == 413 || status == 400, "\(count) arguments: \(status)")
      }
      let many = Array(repeating: "x", count: 4000)
      #expect(try server.probe("count-arguments", many)["count"] == "4000", "as many as allowed")
    }

    // Twin of P-106.
    @Test func `outside, the kernel takes far more arguments`() throws {
      let run = try CommandRun(
        "/bin/bash", ["-c", "\(Probe.path()) count-arguments $(seq 1 100000)"])
      #expect(ProbeOutput(run.stdout)["count"] == "100000")
    }
  }
}
