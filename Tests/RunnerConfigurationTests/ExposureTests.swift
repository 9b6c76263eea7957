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
    "read: ['/srv/a']", "devices: ['/dev/dri/renderD128']", "user: 'media'", "profile: 'jit'",
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

  @Test func `levels cover all scores in order`() {
    #expect(Exposure.levels[0].fromTenths == 0)
    #expect(
      zip(Exposure.levels, Exposure.levels.dropFirst()).allSatisfy { $0.fromTenths < $1.fromTenths }
    )
  }
}
