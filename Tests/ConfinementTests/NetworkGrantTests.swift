import Glibc
import TestSupport
import Testing

/// What of the network an entry's jobs reach, by what the configuration file grants.
struct NetworkGrantTests {
  private static func config(_ entries: [(name: String, path: String, more: String)]) -> String {
    let rows = entries.map { "\($0.name): {path: \"\($0.path)\"\($0.more)}" }
    return "{entries: {\(rows.joined(separator: ", "))}}"
  }

  private static let all = ", profile: \"network\", network: \"all\""
  private static let loopback = ", profile: \"network\", network: \"loopback\""

  // Proves P-113.
  // Twin of P-013.
  @Test func `with the network granted curl fetches, unmodified`() throws {
    let server = try RunningServer(
      whitelist: [], config: Self.config([("curl", "/usr/bin/curl", Self.all)]))
    let target = "http://127.0.0.1:\(server.client.port)/0000000000000000000000000000000000000000"
    let job = try server.run("/usr/bin/curl", ["-sS", target])
    #expect(job.code == 0 && job.stdout.contains("Not Found"), "\(job.document)")
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-013.
  // Twin of P-113.
  @Test func `without it curl reaches nothing, not even the service itself`() throws {
    let server = try RunningServer(whitelist: ["/usr/bin/curl"])
    let job = try server.run("/usr/bin/curl", ["-sS", "http://127.0.0.1:\(server.client.port)/"])
    #expect(job.code == 7, "it could not connect: \(job.document)")
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-076.
  @Test func `with the network granted no family but the internet's is`() throws {
    let server = try RunningServer(
      whitelist: [], config: Self.config([("probe", try Probe.path(), Self.all)]))
    let facts = try server.probe("families")
    for family in ["unix", "inet", "inet6", "inet-datagram"] {
      #expect(facts[family] == "ok", "\(family)")
    }
    for family in ["inet-raw", "packet", "alg", "vsock"] {
      #expect(facts[family] != "ok", "\(family)")
    }
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-107.
  @Test func `two jobs with a loopback of their own do not reach each other's`() throws {
    let server = try RunningServer(
      whitelist: [], config: Self.config([("probe", try Probe.path(), Self.loopback)]))
    let token = "loopback-\(UInt64.random(in: 0...UInt64.max))"
    let speaker = try server.submit(Probe.path(), ["speaker", token])
    let offers = try server.facts(of: speaker, once: "ready")
    #expect(offers["tcp"] == "ok" && offers["udp"] == "ok", "each may use its own")
    let found = try server.probe("listener", [token])
    #expect(found["tcp"] == "ECONNREFUSED" && found["udp"] == "ECONNREFUSED")
    for process in server.process.processes(running: token) { kill(process, SIGTERM) }
    _ = try server.finished(speaker)
    #expect(try server.stop() == .exited(0))
  }

  // Twin of P-107.
  /// The twin: with the host's network they do.
  @Test func `two jobs with the host's network reach each other by it`() throws {
    let server = try RunningServer(
      whitelist: [], config: Self.config([("probe", try Probe.path(), Self.all)]))
    let token = "host-\(UInt64.random(in: 0...UInt64.max))"
    let speaker = try server.submit(Probe.path(), ["speaker", token])
    _ = try server.facts(of: speaker, once: "ready")
    let found = try server.probe("listener", [token])
    #expect(found["tcp"] == "ok" && found["udp"] == "ok", "\(found.text)")
    for channel in ["sysv-memory", "file-in-/tmp", "command-line"] {
      #expect(found[channel] != "ok", "and by nothing else: \(channel)")
    }
    for process in server.process.processes(running: token) { kill(process, SIGTERM) }
    // Names of abstract sockets belong to the network: only Landlock's scopes, of Linux 6.12, keep
    // them apart then, and a job tells where they are missing.
    let scopes = try server.finished(speaker).state(of: "landlock-scopes")
    if scopes == "enforced" {
      #expect(found["abstract-stream"] == "EPERM")
    } else {
      #expect(scopes == "missing" && found["abstract-stream"] == "ok", "\(scopes ?? "nothing")")
    }
    #expect(try (scopes == "enforced") == KernelRelease.isAtLeast(6, 12))
    #expect(try server.stop() == .exited(0))
  }
}
