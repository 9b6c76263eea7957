import RunnerConfiguration
import SandboxBase
import Testing

/// `sizing`: the variables by which runtimes learn what policy bounds.
struct SizingTests {
  private func variables(_ keys: String) throws -> [String: String] {
    let fixed = try ConfigurationFixture.entry(keys).policy.environment.fixed
    return Dictionary(uniqueKeysWithValues: fixed.map { ($0.name, $0.value) })
  }

  private static let threads = [
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_MAX_THREADS",
    "GOMAXPROCS", "RAYON_NUM_THREADS", "POLARS_MAX_THREADS", "PYTHON_CPU_COUNT",
    "DOTNET_PROCESSOR_COUNT",
  ]

  @Test(arguments: [
    ("processors: [0, 2]", "2"), ("cpus: 1.5", "2"), ("cpus: 1, processors: [0, 1, 2]", "1"),
  ])
  func `processors and cpus become counts of threads`(keys: String, count: String) throws {
    let found = try variables("sizing: true, \(keys)")
    for name in Self.threads { #expect(found[name] == count, "\(name)") }
    #expect(found["JDK_JAVA_OPTIONS"] == "-XX:ActiveProcessorCount=\(count)")
    #expect(found["GOMEMLIMIT"] == nil && found["NODE_OPTIONS"] == nil)
    #expect(try variables(keys).isEmpty, "without the setting there are none")
  }

  @Test func `memory becomes the sizes of heaps`() throws {
    let found = try variables("sizing: true, memory: '1000M'")
    #expect(found["GOMEMLIMIT"] == "\(1000 * (1 << 20) / 10 * 9)")
    #expect(found["NODE_OPTIONS"] == "--max-old-space-size=750")
    #expect(found["JDK_JAVA_OPTIONS"] == "-XX:MaxRAM=\(1000 * (1 << 20))")
    #expect(found["DOTNET_GCHeapHardLimit"] == String(750 << 20, radix: 16))
    #expect(found["GOMAXPROCS"] == nil)
  }

  @Test func `what is not bounded has no variable, and the operator's own win`() throws {
    #expect(try variables("sizing: true").isEmpty)
    let own = "environment: {fixed: {GOMAXPROCS: '9'}, allowed: ['OMP_NUM_THREADS']}"
    let found = try variables("sizing: true, processors: [0], \(own)")
    #expect(found["GOMAXPROCS"] == "9" && found["OMP_NUM_THREADS"] == nil)
    #expect(found["MKL_NUM_THREADS"] == "1")
  }

  @Test(arguments: [(1, 256), (8, 256), (16, 512), (64, 2048), (128, 4096)])
  func `a job may have more processes where the host has more processors`(
    processors: Int, expected: UInt64
  ) throws {
    let host = HostInfo(processorCount: processors, memoryBytes: 16 << 30)
    let limits = { (keys: String) throws in
      try ConfigurationReader.read(
        Array("{service: {running: 8}, entries: {a: {path: '/bin/a', \(keys)}}}".utf8),
        commandLine: CommandLineSettings(), host: host
      ).entries[0].policy
    }
    let policy = try limits("")
    #expect(policy.limits.processes == expected && policy.cgroup.processes == expected)
    // What was asked for stays.
    #expect(try limits("limits: {processes: 64}").limits.processes == 64)
    // The kernel counts the processes of an account, whichever job they belong to.
    let account = try limits("user: 'media', running: 3")
    #expect(account.limits.processes == 3 * expected && account.cgroup.processes == expected)
    #expect(try limits("user: 'media'").limits.processes == 8 * expected)
  }
}
