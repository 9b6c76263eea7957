import Testing

/// How much code root runs: the lines of Swift and C that the launcher's program is made of.
struct PrivilegedCodeTests {
  /// Lines of all targets that http-runner-launcher is linked with, comments included. Raise it for
  /// a feature that has to run as root, with its commit saying why; whatever does not have to
  /// belongs into SandboxFilter, SandboxClient or a target of the service.
  private static let linesMax = 17_000

  private static func targets() throws -> [Manifest.Target] {
    let manifest = try #require(Repository.text("Package.swift"))
    return Manifest.closure(of: "http-runner-launcher", in: manifest)
  }

  private static func lines(of target: Manifest.Target) -> Int {
    Repository.sources.filter { ($0.isSwift || $0.isC) && $0.isBelow(target.folder) }
      .reduce(0) { $0 + $1.lines.count }
  }

  // Proves P-160.
  @Test func `the launcher is made of few lines, and a bound holds them`() throws {
    let targets = try Self.targets()
    let counts = targets.map { ($0.name, Self.lines(of: $0)) }
    #expect(counts.allSatisfy { $0.1 > 0 }, "a target without a line: its folder has moved")
    let all = counts.reduce(0) { $0 + $1.1 }
    let words = counts.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    #expect(all <= Self.linesMax, "root runs \(all) lines: \(words)")
    #expect(all > Self.linesMax - 1000, "root runs \(all) lines now: lower the bound with them")
  }

  // Proves P-160.
  @Test func `catalogue, compiler, client and service are not among them`() throws {
    let names = Set(try Self.targets().map(\.name))
    #expect(
      names == [
        "http-runner-launcher", "SandboxLauncher", "SandboxBase", "SystemBase", "SharedBounds",
        "CLinux", "CLaunch",
        "CCapability",
      ])
  }

  // Twin of P-160.
  @Test func `the same reading finds them in the service`() throws {
    let manifest = try #require(Repository.text("Package.swift"))
    let service = Set(Manifest.closure(of: "http-runner", in: manifest).map(\.name))
    #expect(service.isSuperset(of: ["RunnerHTTP", "SandboxFilter", "SandboxClient", "CSeccomp"]))
    #expect(!service.contains("SandboxLauncher"))
  }
}
