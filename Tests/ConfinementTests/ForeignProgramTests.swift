import TestSupport
import Testing

/// Programs that nobody here wrote, and what they get.
@Suite(.foreign)
struct ForeignProgramTests {
  @Test(arguments: ForeignProgram.all)
  func `a program of the system that reaches past its job is refused`(
    _ program: ForeignProgram
  ) throws {
    let job = try Confinement.server().run(Self.entry, program.words)
    let said = job.stdout + job.stderr
    #expect(job.code != 0, "\(job.document)")
    #expect(program.says.contains { $0.isEmpty || said.contains($0) }, "\(said)")
  }

  @Test(arguments: ForeignProgram.all)
  func `outside, that program gets what it asks for`(_ program: ForeignProgram) throws {
    let folder = try RootFolder()
    let run = try CommandRun(
      Self.entry, program.outside ?? program.words, folder: folder.path)
    #expect(run.ending == .exited(program.outsideCode), "\(run.stdout)\(run.stderr)")
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
