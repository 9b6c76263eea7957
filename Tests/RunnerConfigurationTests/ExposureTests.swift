import RunnerConfiguration
import Testing

/// The exposure score: what widens a policy raises it, what narrows it lowers it.
struct ExposureTests {
  private func exposure(_ keys: String) throws -> Exposure {
    Exposure(of: try ConfigurationFixture.entry(keys), on: ConfigurationFixture.host)
  }

  @Test func `the tightest entry has no exposure`() throws {
    let tight = try exposure(
      "profile: 'compute', arguments: {allow: ['{path:read}']}, require: ['cgroup-limits']")
    #expect(tight.tenths == 0 && tight.scoreText == "0.0" && tight.level == "tight")
    #expect(tight.reasons.isEmpty)
  }

  @Test func `the widest entry has all of it`() throws {
    let wide = try exposure(
      """
      network: 'all', user: 'media', write: ['/srv/a', '/srv/b', '/srv/c'], memory: '12G',
      without: ['mount-namespace', 'pid-namespace', 'network-namespace', 'landlock-files']
      """)
    #expect(wide.tenths == 100 && wide.scoreText == "10.0" && wide.level == "open")
    #expect(wide.reasons[0].name == "without-mount-namespace")
    #expect(zip(wide.reasons, wide.reasons.dropFirst()).allSatisfy { $0.tenths >= $1.tenths })
  }

  @Test(arguments: [
    "network: 'all'", "network: {connect: [443]}", "network: 'loopback'", "write: ['/srv/a']",
    "read: ['/srv/a']", "devices: ['/dev/dri/renderD128']", "gpu: 'vaapi'",
    "user: 'media'", "profile: 'jit'",
    "without: ['mount-namespace']", "without: ['pid-namespace']", "without: ['landlock-files']",
    "without: ['landlock-scopes']", "without: ['landlock-network']", "without: ['ipc-namespace']",
    "without: ['keyring']", "without: ['memfd']", "without: ['cgroup-namespace']",
    "without: ['uts-namespace']", "calls: {groups: ['memory-policy']}", "diagnose: true",
    "environment: {allowed: ['LANG']}", "environment: {fixed: {LD_PRELOAD: 'x'}}",
    "memory: '9G'", "scratch: {place: 'disk'}", "wallClock: '2d'",
  ])
  func `whatever widens an entry is a reason`(keys: String) throws {
    let plain = try exposure("")
    let wider = try exposure(keys)
    #expect(wider.tenths > plain.tenths, "\(keys)")
    #expect(Set(wider.reasons.map(\.name)).subtracting(plain.reasons.map(\.name)).count == 1)
    #expect(wider.reasons.allSatisfy { !$0.because.isEmpty && !$0.found.isEmpty })
  }

  @Test(arguments: ["/usr/bin/bash", "/bin/sh", "/usr/bin/python3.11", "/usr/bin/env"])
  func `an interpreter with open arguments is the heaviest reason, and never tight`(
    path: String
  ) throws {
    let open = try ConfigurationFixture.entry("", path: path)
    let exposure = Exposure(of: open, on: ConfigurationFixture.host)
    #expect(exposure.reasons[0].name == "interpreter-arguments" && exposure.tenths >= 40)
    // The twin: patterns say what it may get.
    let bound = try ConfigurationFixture.entry("arguments: {allow: ['{path:read}']}", path: path)
    let tight = Exposure(of: bound, on: ConfigurationFixture.host)
    #expect(!tight.reasons.contains { $0.name == "interpreter-arguments" })
  }

  @Test func `an account that jobs share is no claim that they signal each other`() throws {
    let reasons = try exposure("user: 'media'").reasons
    #expect(!reasons.contains { $0.because.contains("signal") })
  }

  @Test func `variables of sizes are no danger`() throws {
    let plain = try exposure("memory: '2G', processors: [0]")
    let sized = try exposure("memory: '2G', processors: [0], sizing: true")
    #expect(sized.tenths == plain.tenths)
  }

  @Test func `levels cover all scores in order`() {
    #expect(Exposure.levels[0].fromTenths == 0)
    #expect(
      zip(Exposure.levels, Exposure.levels.dropFirst()).allSatisfy { $0.fromTenths < $1.fromTenths }
    )
  }
}
