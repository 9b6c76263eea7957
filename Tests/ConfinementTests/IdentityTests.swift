import TestSupport
import Testing

extension Confinement {
  @Suite struct IdentityTests {
    static let capabilitySets = ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"]
    static let noCapability = "0000000000000000"

    // Proves P-001.
    @Test func `a job runs as a user and a group that nobody else has`() throws {
      let facts = try facts("identity")
      let users = try #require(facts["users"]).split(separator: " ").compactMap { UInt32($0) }
      #expect(users.count == 3 && Set(users).count == 1)
      #expect(try server().process.users.contains(users[0]))
      #expect(facts["groups"] == facts["users"])
      #expect(facts["file-user"] == "\(users[0])")
      #expect(facts["file-group"] == "\(users[0])")
    }

    // Proves P-002, P-071.
    @Test func `a job is in no other group`() throws {
      #expect(try facts("identity")["group-count"] == "0")
      #expect(try facts("identity")["Groups"] == "")
    }

    // Twin of P-001, P-002, P-071.
    @Test func `outside, the probe sees that it is root, and a group that it was given`() throws {
      #expect(try bareFacts("identity")["users"] == "0 0 0")
      let grouped = try CommandRun(
        "/usr/bin/setpriv", ["--groups", "4242", Probe.path(), "identity"])
      #expect(ProbeOutput(grouped.stdout)["group-count"] == "1")
    }

    // Proves P-004.
    @Test(arguments: capabilitySets)
    func `a job has no capability in any set`(_ set: String) throws {
      #expect(try facts("identity")[set] == Self.noCapability)
    }

    // Twin of P-004.
    @Test(arguments: ["CapPrm", "CapEff", "CapBnd"])
    func `outside, the probe sees capabilities`(_ set: String) throws {
      #expect(try bareFacts("identity")[set] != Self.noCapability)
    }

    /// Inheritable and ambient are empty even for root unless somebody fills them.
    @Test(arguments: ["CapInh", "CapAmb"])
    func `outside, the probe sees capabilities that are passed on`(_ set: String) throws {
      let run = try CommandRun(
        "/usr/bin/setpriv",
        ["--inh-caps", "+chown", "--ambient-caps", "+chown", Probe.path(), "identity"])
      #expect(ProbeOutput(run.stdout)[set] == "0000000000000001")
    }

    // Proves P-005.
    @Test func `a job's securebits make uid 0 mean nothing and are locked`() throws {
      let bits = try #require(facts("identity").number("securebits"))
      // NOROOT, NO_CAP_AMBIENT_RAISE, and the lock of each of the four.
      let wanted = 0b1110_1011
      #expect(bits & wanted == wanted, "\(String(bits, radix: 2))")
      #expect(try bareFacts("identity")["securebits"] == "0")
    }

    // Proves P-007.
    @Test func `a job cannot gain privileges through exec, and is filtered`() throws {
      let facts = try facts("identity")
      #expect(facts["no-new-privs"] == "1" && facts["NoNewPrivs"] == "1")
      #expect(facts["seccomp"] == "2" && facts["Seccomp"] == "2")
    }

    // Twin of P-007.
    @Test func `outside, the probe sees neither no-new-privs nor a filter`() throws {
      let facts = try bareFacts("identity")
      #expect(facts["no-new-privs"] == "0" && facts["NoNewPrivs"] == "0")
      #expect(facts["seccomp"] == "0" && facts["Seccomp"] == "0")
    }

    // Proves P-001.
    @Test func `two jobs that run at once have different users`() throws {
      let server = try RunningServer(whitelist: [Probe.path()])
      let jobs = try (0..<2).map { _ in try server.submit(Probe.path(), ["obedient"]) }
      for job in jobs { _ = try server.facts(of: job, once: "ready") }
      let processes = server.process.jobProcesses()
      let users = processes.map { ProcessTable.status($0)?["Uid"] }
      #expect(Set(users).count == 2 && !users.contains(nil))
      for process in processes { _ = try CommandRun("/bin/kill", ["\(process)"]) }
      for job in jobs { #expect(try server.finished(job).code == 255) }
      #expect(try server.stop() == .exited(0))
    }
  }
}
