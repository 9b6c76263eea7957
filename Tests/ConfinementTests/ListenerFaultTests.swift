import Glibc
import TestSupport
import Testing

/// A launch that fails after its program was started: the listener of its filter does not come.
@Suite(.serialized)
struct ListenerFaultTests {
  // Proves P-050.
  @Test func `a program without a listener is killed before its launch has failed`() throws {
    let path = try Probe.path()
    let server = try RunningServer(
      whitelist: [], config: "{entries: {probe: {path: '\(path)', diagnose: true}}}")
    #expect(try server.run("probe", ["print-arguments"]).code == 0)
    let launcher = try #require(
      server.process.processes(of: "http-runner-launcher").first {
        ProcessTable.status($0)?["PPid"] == "\(server.process.child.id)"
      })
    // The first message that it receives is the request, the second one the listener.
    let tracer = try Child(
      "/usr/bin/strace",
      [
        "-qq", "-o", "/dev/null", "-p", "\(launcher)", "-e", "trace=recvmsg",
        "-e", "inject=recvmsg:error=EXDEV:when=2",
      ])
    try waiting(until: "strace to hold the launcher") {
      ProcessTable.status(launcher)?["TracerPid"] == "\(tracer.id)"
    }
    let job = try server.run("probe", ["stubborn", "and stay"])
    tracer.send(SIGTERM)
    _ = try tracer.wait()
    #expect(job.document["outcome"]?.string == "launch_failed", "\(job.document)")
    #expect(job.failure?["step"]?.string == "listener")
    #expect(server.process.jobProcesses().isEmpty && server.process.jobFolders().isEmpty)
    #expect(try server.run("probe", ["print-arguments"]).code == 0, "and all goes on")
    #expect(try server.stop() == .exited(0))
  }
}
