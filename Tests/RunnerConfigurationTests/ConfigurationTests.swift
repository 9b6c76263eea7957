import RunnerConfiguration
import SandboxBase
import Testing

/// Files that are taken, and what they come to together with a command line.
struct ConfigurationTests {
  @Test func `every key reaches its own setting`() throws {
    let policy = try ConfigurationFixture.entry(
      """
      profile: 'build', calls: {deny: ['unlink'], groups: ['memory-policy']},
      limits: {cpu: '2m', fileSize: '1G', openFiles: 64, processes: 8, data: '2G', stack: '1M',
        lockedMemory: 0},
      memory: '3G', swap: '1G', cpus: 1.5, cpuWeight: 50, ioWeight: 60,
      io: [{device: '8:16', readBytes: '5M', writeOperations: 100}],
      read: ['/srv/in'], write: ['/srv/out'], devices: ['/dev/dri/renderD128'],
      network: {connect: [443, 80], bind: [8080]},
      environment: {fixed: {A: 'b'}, allowed: ['LANG']},
      scratch: {place: 'disk', size: '2G', inodes: 1000}, nice: 19, processors: [0, 3],
      wallClock: '2h', grace: 7, diagnose: true, without: ['uts-namespace', 'keyring'],
      require: ['cgroup-limits', 'seccomp'], capabilities: [],
      arguments: {first: ['-x', '-x'], allow: ['-a', ['-b', '{int}']], deny: ['*:*'], count: 9},
      """
    ).policy
    var expected = EntryPolicy(path: "/bin/a")
    expected.profile = .build
    (expected.calls.deny, expected.calls.groups) = (["unlink"], [.memoryPolicy])
    expected.limits.cpuSeconds = 120
    expected.limits.fileBytes = 1 << 30
    expected.limits.openFiles = 64
    expected.limits.processes = 8
    expected.limits.dataBytes = 2 << 30
    expected.limits.stackBytes = 1 << 20
    expected.limits.lockedBytes = 0
    expected.cgroup.memoryBytes = 3 << 30
    expected.cgroup.swapBytes = 1 << 30
    expected.cgroup.processes = 8
    expected.cgroup.cpuPercent = 150
    expected.cgroup.cpuWeight = 50
    expected.cgroup.ioWeight = 60
    var device = CgroupLimits.Device(major: 8, minor: 16)
    device.readBytes = 5 << 20
    device.writeOperations = 100
    expected.cgroup.devices = [device]
    expected.readPaths = ["/srv/in"]
    expected.writePaths = ["/srv/out"]
    expected.devices = ["/dev/dri/renderD128"]
    expected.network = .tcp(connect: [443, 80], bind: [8080])
    expected.environment.fixed = [EnvironmentRule.Variable(name: "A", value: "b")]
    expected.environment.allowed = ["LANG"]
    expected.scratch.storage = .disk
    expected.scratch.bytes = 2 << 30
    expected.scratch.inodes = 1000
    expected.niceness = 19
    expected.processors = [0, 3]
    expected.wallClockSeconds = 7200
    expected.graceMilliseconds = 7000
    expected.diagnoses = true
    expected.dropped = [.utsNamespace, .keyring]
    // Single ports are held back by Landlock alone, and what is always there need not be required.
    expected.required = [.cgroupLimits, .landlockNetwork]
    expected.arguments.first = ["-x", "-x"]
    expected.arguments.allow = [["-a"], ["-b", "{int}"]]
    expected.arguments.deny = ["*:*"]
    expected.arguments.countMax = 9
    #expect(policy == expected)
  }

  @Test func `patterns that were parsed while reading are those of the policy`() throws {
    let entry = try ConfigurationFixture.entry(
      "arguments: {allow: ['-a', ['-b', '{int}']], deny: ['*:*'], count: 9}")
    #expect(try entry.argumentRules == CompiledArgumentRules(entry.policy.arguments))
    let other = try ConfigurationFixture.entry("arguments: {allow: ['-a', ['-b', '{int}']]}")
    #expect(entry.argumentRules != other.argumentRules)
  }

  @Test func `what is not of the policy reaches its place as well`() throws {
    let entry = try ConfigurationFixture.entry(
      "user: 'media', running: 4, output: {perStream: '1M'}")
    #expect(entry.alias == "a" && entry.name == "a")
    #expect(entry.account == "media")
    #expect(entry.runningMax == 4)
    #expect(entry.outputPerStream == 1 << 20)
    #expect(try ConfigurationFixture.entry("").outputPerStream == 16 << 20)
  }

  @Test func `the service's keys reach theirs`() throws {
    let service = try ConfigurationFixture.configuration(
      """
      {$schema: 'x', service: {port: 0, interface: '::1', hostNames: ['A.lan'], keep: 1, running: 2,
        queued: 3, idRange: '65536-65600', workFolder: '/srv/w', launcher: '/srv/l',
        http: {body: 2048, headers: '4K', headerTime: 4, bodyTime: '5s', idle: 6, connections: 7,
          connectionsPerAddress: 8, proxies: ['10.0.0.0/8'], proxyField: 'forwarded'},
        output: {perStream: 4096, tail: 5, total: '1M'}},
       entries: {a: {path: '/bin/a'}}}
      """
    ).service
    var expected = ServiceSettings()
    expected.port = 0
    expected.interface = "::1"
    expected.hostNames = ["a.lan"]
    expected.keep = 1
    expected.running = 2
    expected.queued = 3
    expected.explicitIDRange = 65536...65600
    expected.workFolder = "/srv/w"
    expected.launcher = "/srv/l"
    expected.httpBody = 2048
    expected.httpHeaders = 4096
    expected.httpHeaderSeconds = 4
    expected.httpBodySeconds = 5
    expected.httpIdleSeconds = 6
    expected.httpConnections = 7
    expected.httpConnectionsPerAddress = 8
    expected.proxies = [try ConfiguredNetwork("10.0.0.0/8")]
    expected.proxyField = "forwarded"
    expected.outputPerStream = 4096
    expected.outputTail = 5
    expected.outputTotal = 1 << 20
    #expect(service == expected)
  }

  @Test func `an option wins over the file for the service, and an entry over an option`() throws {
    let file = """
      {service: {port: 1, keep: 2}, defaults: {nice: 3, grace: 4},
       entries: {a: {path: '/bin/a'}, b: {path: '/bin/b', nice: 5, wallClock: 6}}}
      """
    let line = try ConfigurationFixture.typed(
      whitelist: ["/bin/c"], [("port", "7"), ("nice", "8"), ("wallClock", "9")])
    let configuration = try ConfigurationFixture.configuration(file, line)
    #expect(configuration.service.port == 7)
    #expect(configuration.service.keep == 2)
    #expect(configuration.entries.map(\.policy.path) == ["/bin/a", "/bin/b", "/bin/c"])
    #expect(configuration.entries.map(\.alias) == ["a", "b", nil])
    #expect(configuration.entries.map(\.policy.niceness) == [8, 5, 8])
    #expect(configuration.entries.map(\.policy.wallClockSeconds) == [9, 6, 9])
    #expect(configuration.entries.map(\.policy.graceMilliseconds) == [4000, 4000, 4000])
  }

  @Test func `without a file the command line is all`() throws {
    let line = try ConfigurationFixture.typed(whitelist: ["/bin/a"], [("memory", "1G")])
    let configuration = try ConfigurationFixture.configuration(nil, line)
    #expect(configuration.entries.map(\.name) == ["/bin/a"])
    #expect(configuration.entries[0].policy.cgroup.memoryBytes == 1 << 30)
  }

  @Test func `an entry is meant by alias or by path, and a shared path by alias alone`() throws {
    let configuration = try ConfigurationFixture.configuration(
      "{entries: {a: {path: '/bin/a'}, b1: {path: '/bin/b'}, b2: {path: '/bin/b', nice: 1}}}")
    #expect(configuration.resolve("a") == .entry(0))
    #expect(configuration.resolve("/bin/a") == .entry(0))
    #expect(configuration.resolve("b2") == .entry(2))
    #expect(configuration.resolve("/bin/b") == .ambiguous(aliases: ["b1", "b2"]))
    for other in ["", "A", "c", "/bin/c", "bin/a", "/bin//a", "a ", "./a"] {
      #expect(configuration.resolve(other) == .unknown, "\(other)")
    }
  }

  @Test func `private folders shrink with the memory they count as`() throws {
    #expect(try ConfigurationFixture.entry("memory: '256M'").policy.scratch.bytes == 256 << 20)
    #expect(try ConfigurationFixture.entry("memory: '1G'").policy.scratch.bytes == 512 << 20)
  }

  @Test(arguments: ["a", "0", "ffmpeg-4.4_x", String(repeating: "a", count: 64)])
  func `an alias is a plain word`(alias: String) throws {
    let file = "{entries: {'\(alias)': {path: '/bin/a'}}}"
    #expect(try ConfigurationFixture.configuration(file).entries[0].alias == alias)
  }
}
