import TestSupport
import Testing

extension Confinement {
  @Suite struct PrivilegeRegainTests {
    static let attempts = [
      "setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid", "setfsuid", "setfsgid",
      "setgroups", "capset", "keep-capabilities", "securebits",
    ]

    // Proves P-003, P-070.
    @Test(arguments: attempts)
    func `a job cannot regain root`(_ attempt: String) throws {
      #expect(try facts("regain")[attempt] == "EPERM")
    }

    // Twin of P-003, P-070.
    @Test(arguments: attempts + ["shadow-file"])
    func `the probe can regain root where nothing was dropped`(_ attempt: String) throws {
      #expect(try bareFacts("regain")[attempt] == "ok")
    }

    @Test func `a job cannot read what only root may`() throws {
      #expect(try facts("regain")["shadow-file"] == "ENOENT")
    }

    // Proves P-006, P-070.
    @Test func `a set-uid program gives a job nothing`() throws {
      let helper = try Self.copy("set-uid", mode: 0o4755)
      let server = try RunningServer(
        whitelist: [Probe.path()], options: ["--read", Self.folder(of: helper)])
      let facts = try server.probe("execute", [helper, "identity"])
      let users = try #require(facts["users"]).split(separator: " ")
      #expect(Set(users).count == 1 && users[0] != "0")
      #expect(try server.stop() == .exited(0))
    }

    // Twin of P-006, P-070.
    @Test func `outside, the same program makes an unprivileged user root`() throws {
      let helper = try Self.copy("set-uid", mode: 0o4755)
      let facts = try Probe.unprivileged("execute", [helper, "identity"])
      #expect(facts["users"] == "\(Probe.nobody) 0 0")
    }

    // Proves P-006, P-070.
    @Test func `a program with a file capability gives a job nothing`() throws {
      let helper = try Self.copy("capable", mode: 0o755)
      #expect(try Probe.bare("grant-capability", [helper])["grant"] == nil)
      let server = try RunningServer(
        whitelist: [Probe.path()], options: ["--read", Self.folder(of: helper)])
      let job = try server.run(Probe.path(), ["execute", helper, "identity"])
      #expect(try server.stop() == .exited(0))
      // The kernel refuses to start it, or starts it without: both keep the promise.
      let permitted = ProbeOutput(job.stdout)["CapPrm"]
      #expect(
        permitted == IdentityTests.noCapability || ProbeOutput(job.stdout)["execute"] == "EPERM")
    }

    // Twin of P-006, P-070.
    @Test func `outside, the same program gives an unprivileged user that capability`() throws {
      let helper = try Self.copy("capable-twin", mode: 0o755)
      #expect(try Probe.bare("grant-capability", [helper])["grant"] == nil)
      let facts = try Probe.unprivileged("execute", [helper, "identity"])
      #expect(facts["CapPrm"] == "0000000000000001")
    }

    private static func folder(of path: String) -> String {
      path.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
    }

    /// A copy of the probe for a job to execute; not an entry of any whitelist.
    private static func copy(_ name: String, mode: UInt32) throws -> String {
      let path = try RootFolder.shared.get()("helper-\(name)-\(UInt32.random(in: 0...UInt32.max))")
      try Files.write(#require(Files.bytes(of: Probe.path())), to: path, mode: mode)
      return path
    }
  }
}
