import TestSupport
import Testing

/// Programs that nobody here wrote, and what they get.
@Suite(.foreign)
struct ForeignProgramTests {
  // Proves P-023, P-110.
  @Test(arguments: ForeignProgram.all)
  func `a program of the system that reaches past its job is refused`(
    _ program: ForeignProgram
  ) throws {
    let job = try Confinement.server().run(Self.entry, program.words)
    let said = job.stdout + job.stderr
    // One dies by a signal, SIGXFSZ; and stress-ng ends with 0 where it leaves out all that it had:
    // 0.15 and 0.19 say so in words of their own.
    let isLeftOut = ["No stress workers invoked", "skipped: 1: "].contains { said.contains($0) }
    #expect(job.code != 0 || isLeftOut, "\(job.document)")
    #expect(job.failure == nil, "\(job.document)")
    #expect(program.says.contains { $0.isEmpty || said.contains($0) }, "\(said)")
  }

  // Twin of P-023, P-110.
  @Test(arguments: ForeignProgram.all)
  func `outside, that program gets what it asks for`(_ program: ForeignProgram) throws {
    let folder = try RootFolder()
    let run = try CommandRun(
      Self.entry, program.outside ?? program.words, folder: folder.path)
    #expect(run.ending == .exited(program.outsideCode), "\(run.stdout)\(run.stderr)")
  }

  /// Classes of stress-ng that may do their worst, some at one time.
  static let stress = [
    ["fork", "vfork", "clone", "zombie", "kill", "spawn"],
    ["memfd", "shm", "shm-sysv", "mmap", "mremap"],
    ["enosys", "sysbadaddr", "sysinval", "opcode"],
    ["procfs", "sysfs", "dir", "link", "inode-flags", "chmod", "utime"],
    ["msg", "sem-sysv", "sigq", "pipe", "dup", "handle"],
  ]

  // Proves P-110.
  @Test(arguments: stress)
  func `classes of stress run to their end and leave nothing`(_ classes: [String]) throws {
    let server = try Confinement.server()
    let mark = "\(UInt32.random(in: 1...UInt32.max))"
    // The seed tells this job's processes from those of others.
    let job = try server.run(
      Self.entry,
      ["stress-ng", "--timeout", "2", "--seed", mark, "--pathological", "--oomable"]
        + classes.flatMap { ["--\($0)", "1"] }, seconds: 60)
    #expect(job.failure == nil && job.code != nil, "\(job.document)")
    // 0.15 says it on stderr, 0.19 on stdout.
    #expect((job.stdout + job.stderr).contains("run completed"), "\(job.document)")
    #expect(server.process.processes(running: mark).isEmpty)
    #expect(try server.run(Self.entry, ["true"]).code == 0, "the service goes on")
  }

  /// Starts any program as it is.
  static let entry = "/usr/bin/env"
}

extension Trait where Self == SharedServer {
  /// With one entry that starts any program of the system.
  static var foreign: Self {
    SharedServer { try RunningServer(whitelist: [ForeignProgramTests.entry]) }
  }
}
