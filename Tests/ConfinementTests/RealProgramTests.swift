import TestSupport
import Testing

extension Confinement {
  @Suite struct RealProgramTests {
    /// Encoding a clip on a busy machine.
    static let seconds = 90.0 * slowness

    // Proves P-112.
    @Test(arguments: RealProgram.all)
    func `an ordinary program does real work as a job`(_ program: RealProgram) throws {
      let job = try server().run(program.path(), seconds: Self.seconds)
      #expect(job.stdout == program.output, "\(job.stderr)")
      #expect(job.code == 0)
      #expect(job.failure == nil)
    }
  }
}
