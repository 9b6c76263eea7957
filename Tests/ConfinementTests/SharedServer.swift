import TestSupport
import Testing

/// Starts one server for a whole suite and, after its last test, stops it and looks for what it
/// should not have left.
struct SharedServer: SuiteTrait, TestScoping {
  /// What the tests of the suite find.
  final class Value: Sendable {
    let server: RunningServer
    let facts = ProbeOutputCache()

    init(_ server: RunningServer) { self.server = server }
  }

  @TaskLocal static var current: Value?

  let start: @Sendable () throws -> RunningServer

  func provideScope(
    for test: Test, testCase: Test.Case?,
    performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    let server = try start()
    try await Self.$current.withValue(Value(server)) { try await function() }
    #expect(server.process.jobProcesses().isEmpty, "every job has ended, yet processes are left")
    try waiting(until: "the folders of all jobs to be gone") { server.process.jobFolders().isEmpty }
    #expect(try server.stop() == .exited(0), "\(server.process.log)")
  }
}

extension Trait where Self == SharedServer {
  /// At the default limits, with the probe, `ls` and the real programs.
  static var sharedServer: Self {
    SharedServer {
      try RunningServer(whitelist: [Probe.path(), "/bin/ls"] + RealProgram.installAll())
    }
  }
}
