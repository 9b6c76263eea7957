import Glibc
import TestSupport
import Testing

/// TERM, grace, KILL: at the wall-clock limit and when the service stops.
struct EscalationTests {
  /// The probe as two entries, so that the one that is to end by itself has all the time that it
  /// needs, and the other's grace is soon over.
  private static func config(obedient: String, members: String = "") throws -> String {
    """
    {defaults: {\(members)}, entries: {
      obedient: {path: '\(obedient)', grace: 3600},
      stubborn: {path: '\(try Probe.path())', grace: 1}}}
    """
  }

  // Proves P-036.
  @Test func `at its time limit a job is asked to end, and then made to`() throws {
    let server = try RunningServer(whitelist: [], config: Self.config(obedient: Probe.path()))
    let obedient = try server.limited("obedient", ["obedient"], once: "ready")
    let start = monotonicSeconds()
    let stubborn = try server.limited("stubborn", ["stubborn"], once: "ready")
    let survivor = try server.limited("stubborn", ["survivor", "and stay"], once: "survivor")

    let asked = try server.finished(obedient.id)
    #expect(asked.code == 255 && asked.stdout.hasSuffix("ended by TERM\n"), "\(asked.document)")
    let made = try server.finished(stubborn.id)
    #expect(made.code == nil, "\(made.document)")
    let seconds = monotonicSeconds() - start
    #expect(seconds > Double(stubborn.seconds) + 0.9, "limit and grace took \(seconds) s")
    for (limit, job) in [
      (obedient.seconds, asked), (stubborn.seconds, made),
      (survivor.seconds, try server.finished(survivor.id)),
    ] {
      #expect(job.failure?["code"]?.string == "ETIMEDOUT", "\(job.document)")
      #expect(job.failure?["errno"]?.integer == -Int(ETIMEDOUT))
      #expect(job.failure?["message"]?.string?.contains(" \(limit) s") == true)
    }
    #expect(server.process.jobProcesses().isEmpty)
    #expect(try server.stop() == .exited(0))
  }

  // Twin of P-036.
  @Test func `outside, the stubborn probe outlives TERM`() throws {
    let child = try Child(Probe.path(), ["stubborn"])
    try waiting(until: "the probe to ignore TERM (bit 14)") {
      let ignored = ProcessTable.status(child.id)?["SigIgn"].flatMap { UInt64($0, radix: 16) }
      return (ignored ?? 0) & (1 << 14) != 0
    }
    child.send(SIGTERM)
    #expect(ProcessTable.lives(child.id))
  }

  @Test(arguments: [SIGTERM, SIGINT])
  func `the service stops by ending its jobs in the same way, and exits 0`(
    _ signal: Int32
  ) throws {
    let host = try RootFolder()
    try Files.makeFolder(host("told"), mode: 0o777)
    let entry = try host.script(
      "obedient",
      """
      #!/bin/bash
      trap 'echo asked > "$1"; exit 0' TERM
      echo ready
      while :; do sleep 0.05; done

      """)
    let server = try RunningServer(
      whitelist: [],
      config: Self.config(obedient: entry, members: "write: ['\(host("told"))']"))
    let jobs = [
      try server.submit("obedient", [host("told/file")]),
      try server.submit("stubborn", ["stubborn"]),
      try server.submit("stubborn", ["survivor", "and stay"]),
    ]
    for job in jobs { _ = try server.facts(of: job, once: "ready") }
    let start = monotonicSeconds()
    server.process.child.send(signal)
    #expect(try server.process.child.wait() == .exited(0), "\(server.process.log)")
    #expect(monotonicSeconds() - start > 0.9, "the stubborn one had its grace")
    #expect(Files.text(of: host("told/file")) == "asked\n")
    #expect(ProcessTable.processes(of: server.process.users).isEmpty)
    try waiting(until: "every working folder to be gone") { server.process.instances().isEmpty }
  }

  // Proves P-036.
  /// The kernel hands out its list of them a page at a time.
  @Test func `all nine hundred processes of a job are asked to end`() throws {
    let server = try RunningServer(
      whitelist: [],
      config: """
        {entries: {probe: {path: '\(Probe.path())', limits: {processes: 2000}, grace: 3600}}}
        """)
    let id = try server.submit("probe", ["await-terms", "900"])
    _ = try server.facts(of: id, once: "made")
    #expect(try server.client.ask("POST", "/\(id)/cancel", body: []).status == 202)
    let job = try server.finished(id, seconds: patienceSeconds * 3)
    let facts = ProbeOutput(job.stdout)
    #expect(facts["made"] == "900" && facts["ended"] == "900", "\(job.document)")
    #expect(try server.stop() == .exited(0))
  }
}
