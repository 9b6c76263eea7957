import TestSupport
import Testing

/// The rights that a container gets by the files of packaging/container, each taken away in turn.
struct ContainerRightsTests {
  /// Capabilities of the unit for Podman, as capabilities(7) spells them without `CAP_`.
  private static let granted =
    RepositoryFile.text("packaging/container/http-runner.container")
    .split(separator: "\n").filter { $0.hasPrefix("AddCapability=") }
    .flatMap { $0.dropFirst("AddCapability=".count).split(separator: " ").map(String.init) }

  /// A command that executes what follows it with `capabilities` and no others.
  private static func holding(_ capabilities: [String]) -> [String] {
    let set = (["-all"] + capabilities.map { "+" + $0.lowercased() }).joined(separator: ",")
    return ["/usr/bin/setpriv", "--bounding-set", set, "--inh-caps", set]
  }

  @Test func `both files and the page name the same capabilities`() {
    let compose = RepositoryFile.text("packaging/container/compose.yaml")
      .split(separator: "\n").drop { !$0.hasSuffix("cap_add:") }.dropFirst()
      .prefix { $0.hasPrefix("      - ") }.map { String($0.dropFirst(8)) }
    #expect(compose == Self.granted && Self.granted.count == 10)
    let page = RepositoryFile.text("docs/containers.md")
      .split(separator: "\n").drop { $0 != "| `CHOWN` | \(Self.reason) |" }
      .prefix { $0.hasPrefix("| `") }
      .flatMap { $0.dropFirst(2).prefix { $0 != "|" }.split(separator: " ") }
      .map { String($0.dropFirst().dropLast()) }
    #expect(page == Self.granted)
  }

  private static let reason = "working folders and scratch space are given to each job's own uid"

  // Proves P-500.
  @Test func `with these capabilities alone a job runs, in all layers but those of cgroups`()
    throws
  {
    let tool = try ToolRun()
    let words = Self.holding(Self.granted) + [try Binaries.runner(), "exec"] + tool.places
    let run = try CommandRun(
      words[0], words.dropFirst() + [try Binaries.launcher(), "--", "/bin/sh", "-c", "echo $$"],
      seconds: patienceSeconds * 2)
    #expect(run.ending == .exited(0), "\(run.stderr)")
    #expect(run.stdout == "2\n", "in a PID namespace of its own")
    let doctor = Self.holding(Self.granted) + [try Binaries.runner(), "doctor", "--json"]
    let found = try CommandRun(doctor[0], Array(doctor.dropFirst()))
    #expect(found.ending == .exited(0), "\(found.stdout)")
    let rows = try JSONValue(found.stdout)["entries"]?.array?.first?["layers"]?.array ?? []
    let missing = rows.filter { $0["state"]?.string == "missing" }
    #expect(rows.count > 15 && missing.isEmpty)
  }

  // Twin of P-500.
  @Test(arguments: granted)
  func `without one of them nothing is served, and doctor names it`(capability: String) throws {
    let rest = Self.holding(Self.granted.filter { $0 != capability })
    let doctor = rest + [try Binaries.runner(), "doctor", "--json"]
    let found = try CommandRun(doctor[0], Array(doctor.dropFirst()))
    #expect(found.ending == .exited(78), "\(found.stdout)")
    let missing = try JSONValue(found.stdout)["host"]?["missingCapabilities"]?.array ?? []
    #expect(missing.compactMap(\.string) == ["CAP_\(capability)"])
    let tool = try ToolRun()
    let service =
      rest + [try Binaries.runner(), "-p", "0", "-w", "/bin/true", "--state", "none"]
      + tool.places + [try Binaries.launcher()]
    let start = try CommandRun(service[0], Array(service.dropFirst()))
    #expect(!start.stderr.contains("listening on"), "\(start.stderr)")
    if Self.neededEarlier.contains(capability) {
      let refusals: [Child.Ending] = [.exited(71), .exited(78)]
      #expect(refusals.contains(start.ending), "\(start.stderr)")
    } else {
      #expect(start.ending == .exited(78), "\(start.stderr)")
      #expect(start.stderr.contains("CAP_\(capability)"), "\(start.stderr)")
    }
  }

  /// Without these a step of the start fails, which may come before the capabilities are looked
  /// at: doctor alone names them for certain.
  private static let neededEarlier = ["CHOWN", "SYS_ADMIN"]

  // Proves P-501.
  @Test func `a loopback interface of a job's own without CAP_NET_ADMIN is refused by name`()
    throws
  {
    let tool = try ToolRun()
    let policy = tool.folder("policy.json5")
    try Files.write("{entries: {true: {path: '/bin/true', network: 'loopback'}}}", to: policy)
    for (rights, code) in [
      (Self.granted, Int32(78)), (Self.granted + ["NET_ADMIN"], 0),
    ] {
      let words = Self.holding(rights) + [try Binaries.runner(), "doctor", "--config", policy]
      let found = try CommandRun(words[0], Array(words.dropFirst()))
      #expect(found.ending == .exited(code), "\(found.stdout)\(found.stderr)")
      #expect(found.stdout.contains("give this container CAP_NET_ADMIN") == (code != 0))
    }
  }
}
