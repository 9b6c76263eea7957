import Glibc
import TestSupport
import Testing

/// The service of an ordinary user (`--same-user`): whole jobs over HTTP, behind all that the
/// kernel gives to who has no privilege.
@Suite(.sameUser)
struct SameUserTests {
  /// What holds as it does for root; the others are told by each job.
  static let enforced = [
    "executable", "descriptors", "environment", "limits", "groups", "capabilities", "no-new-privs",
    "pid-namespace", "mount-namespace", "network-namespace", "ipc-namespace", "uts-namespace",
    "scratch", "landlock-files", "seccomp",
  ]

  // Proves P-035.
  @Test func `a job is the user's own, without privilege, and says what holds`() throws {
    let server = try Confinement.server()
    let user = server.process.users.lowerBound
    let job = try server.run(Probe.path(), ["identity"])
    let facts = ProbeOutput(job.stdout)
    #expect(facts["users"] == "\(user) \(user) \(user)" && facts["group-count"] == "0")
    #expect(facts["no-new-privs"] == "1" && facts["seccomp"] == "2")
    for set in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
      #expect(facts[set] == "0000000000000000", "\(set)")
    }
    for layer in Self.enforced { #expect(job.state(of: layer) == "enforced", "\(layer)") }
    #expect(job.state(of: "identity") == "stand-in" && job.state(of: "memfd") == "missing")
  }

  // Proves P-035.
  @Test func `programs do real work, and their codes come back`() throws {
    let server = try Confinement.server()
    for program in RealProgram.all where ["pipeline", "python", "git"].contains(program.name) {
      let job = try server.run(program.path(), seconds: Confinement.RealProgramTests.seconds)
      #expect(job.code == 0 && job.stdout == program.output, "\(job.document)")
    }
    #expect(try server.run("/bin/sh", ["-c", "exit 7"]).code == 7)
  }

  // Proves P-035.
  @Test func `a job sees neither the host's files nor the user's own state`() throws {
    let server = try Confinement.server()
    let paths =
      Confinement.FileReachTests.secrets + [server.process.stateFolder, server.process.workFolder]
    let facts = try Confinement.facts("read-paths", paths)
    for path in paths {
      #expect(HostCanary.refusals.contains(facts[path]), "\(path): \(facts[path] ?? "nothing")")
    }
    let written = try Confinement.facts("write-paths", Confinement.FileReachTests.hostPlaces)
    for path in Confinement.FileReachTests.hostPlaces {
      #expect(HostCanary.refusals.contains(written[path]), "\(path)")
    }
    let escapes = try Confinement.facts("escape", [HostCanary.file()])
    for way in Confinement.FileReachTests.ways {
      #expect(HostCanary.refusals.contains(escapes[way]), "\(way)")
    }
  }

  // Proves P-035.
  /// All of them have the same user: nothing but namespaces, Landlock and filter is between.
  @Test func `a job reaches no process of the same user`() throws {
    let server = try Confinement.server()
    let views = try Confinement.facts("others")
    for view in Confinement.OtherProcessTests.views { #expect(views[view] == "0", "\(view)") }
    for what in Confinement.OtherProcessTests.ofInit {
      #expect(HostCanary.refusals.contains(views[what]), "\(what): \(views[what] ?? "nothing")")
    }
    let (other, sibling) = try Confinement.OtherProcessTests.start("obedient", on: server)
    let victims = ProcessTable.family(of: server.process.child.id) + [sibling]
    let facts = try server.probe("interfere", victims.map { "\($0)" })
    for victim in victims {
      for way in Confinement.OtherProcessTests.interferences {
        let found = facts["\(victim)-\(way)"]
        #expect(found == "ESRCH" || HostCanary.refusals.contains(found), "\(way): \(found ?? "")")
      }
    }
    #expect(try server.probe("kill-everything")["child"] == "signal 9")
    #expect(ProcessTable.lives(server.process.child.id) && ProcessTable.lives(sibling))
    kill(sibling, SIGTERM)
    #expect(try server.finished(other).code == 255, "it was left alone")
  }

  // Twin of P-035.
  @Test func `outside, the same user reaches its other processes`() throws {
    let user = "\(Confinement.OtherProcessTests.twin - 1)"
    let victim = try Child(Probe.path(), ["become", user, "sleeper"])
    try waiting(until: "the victim to be that user") {
      ProcessTable.status(victim.id)?["Uid"]?.hasPrefix(user) == true
    }
    let run = try CommandRun(Probe.path(), ["become", user, "interfere", "\(victim.id)"])
    for way in ["kill-0", "tkill", "pidfd", "priority"] {
      #expect(ProbeOutput(run.stdout)["\(victim.id)-\(way)"] == "ok", "\(way): \(run.stdout)")
    }
  }

  @Test func `two jobs at one time reach each other by no channel`() throws {
    let server = try Confinement.server()
    let token = "http-runner-\(UInt64.random(in: 0...UInt64.max))"
    let speaker = try server.submit(Probe.path(), ["speaker", token])
    _ = try server.facts(of: speaker, once: "ready")
    let found = try server.probe("listener", [token])
    for channel in ChannelTests.channels {
      #expect(found[channel] != nil && found[channel] != "ok", "\(channel)")
    }
    for process in server.process.processes(running: token) { kill(process, SIGTERM) }
    _ = try server.finished(speaker)
  }

  @Test func `nothing that a job left behind outlives it`() throws {
    let server = try Confinement.server()
    #expect(try server.probe("survivor")["survivor"] != nil)
    #expect(server.process.processes(running: "survivor").isEmpty)
  }

  // Proves P-035.
  @Test func `time is up means up, and so does the end of the service`() throws {
    let server = try RunningServer(
      whitelist: [Probe.path()], options: ["--grace", "1"], asOrdinaryUser: true)
    let reply = try server.client.post(
      "{\"command\":\(JSONText.quoted(try Probe.path())),\"args\":\"stubborn\",\"timeout\":1}")
    let job = try server.finished(try #require(JSONValue(reply.text)["id"]?.string))
    #expect(job.document["outcome"]?.string == "timeout", "\(job.document)")
    _ = try server.submit(Probe.path(), ["sleeper"])
    try waiting(until: "a job to run") { !server.process.processes(running: "sleeper").isEmpty }
    #expect(try server.stop() == .exited(0), "\(server.process.log)")
    #expect(server.process.jobProcesses().isEmpty)
    #expect(server.process.instances().isEmpty)
  }
}

extension Trait where Self == SharedServer {
  /// Started by an ordinary user.
  fileprivate static var sameUser: Self {
    SharedServer {
      try RunningServer(
        whitelist: [Probe.path(), "/bin/sh"] + RealProgram.installAll(), asOrdinaryUser: true)
    }
  }
}
