import TestSupport
import Testing

/// `doctor --entry`: one stop of a real program.
struct StopTrialRunTests {
  private func doctor(_ entry: String, after seconds: Int, _ words: [String]) throws -> CommandRun {
    let tool = try ToolRun()
    let file = tool.folder("config.json5")
    let ids = tool.places[3]
    try Files.write(
      """
      {service: {workFolder: '\(tool.folder("work"))', idRange: '\(ids)',
         launcher: '\(try Binaries.launcher())'},
       entries: {sh: {path: '/bin/sh', grace: 1}, patient: {path: '/bin/sh', grace: 60}}}
      """, to: file)
    return try CommandRun(
      try Binaries.runner(),
      ["doctor", "--json", "--config", file, "--entry", entry, "--after", "\(seconds)", "--"]
        + words,
      seconds: patienceSeconds * 2)
  }

  // Proves P-195.
  @Test func `a program that ends when it is asked to says how long that took`() throws {
    let script = "trap 'exit 5' TERM; while :; do sleep 0.1; done"
    let run = try doctor("patient", after: 1, ["-c", script])
    let report = try JSONValue(run.stdout)
    #expect(run.ending == .exited(0), "\(run.stdout) \(run.stderr)")
    #expect(report["outcome"]?.string == "ended" && report["code"]?.integer == 5)
    #expect((report["milliseconds"]?.integer).map { $0 < 60_000 } == true)
    #expect(report["stopSignal"]?.string == "TERM" && report["graceSeconds"]?.integer == 60)
  }

  // Twin of P-195.
  @Test func `one that does not is killed after its grace, and that is told`() throws {
    let run = try doctor("sh", after: 1, ["-c", "trap '' TERM; while :; do sleep 0.1; done"])
    let report = try JSONValue(run.stdout)
    #expect(run.ending == .exited(78), "\(run.stdout) \(run.stderr)")
    #expect(report["outcome"]?.string == "killed" && report["signal"]?.integer == 9)
  }

  @Test func `one that has nothing to do for so long is no trial`() throws {
    let run = try doctor("sh", after: 600, ["-c", "echo done; exit 3"])
    let report = try JSONValue(run.stdout)
    #expect(run.ending == .exited(64), "\(run.stdout) \(run.stderr)")
    #expect(report["outcome"]?.string == "early" && report["code"]?.integer == 3)
  }
}
