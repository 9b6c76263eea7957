import TestSupport
import Testing

/// What programs take for the size of their machine, under bounds and without.
struct SizingRunTests {
  private static let bounds = "sizing: true, processors: [0], memory: '512M', limits: {data: '4G'}"

  private func run(_ keys: String, _ program: [String]) throws -> CommandRun {
    let tool = try ToolRun()
    let policy = tool.folder("policy.json5")
    let entry = "path: '\(program[0])', \(keys)"
    try Files.write("{entries: {a: {\(entry)}}}", to: policy, mode: 0o600)
    return try tool.exec(policy: policy, ["a"] + program.dropFirst())
  }

  private static let counts = ["/bin/sh", "-c", "nproc; getconf _NPROCESSORS_ONLN; nproc --all"]

  @Test func `processors are counted alike by affinity, by sysconf and by the files of /sys`()
    throws
  {
    let files = "cat /sys/devices/system/cpu/online /sys/devices/system/node/node0/cpulist"
    let found = try run("processors: [0]", ["/bin/sh", "-c", files])
    #expect(found.stdout == "0\n0\n", "\(found.stderr)")
    #expect(try run("processors: [0]", Self.counts).stdout == "1\n1\n1\n")
    // The twin: without bounds the host's.
    let outside = try CommandRun(Self.counts[0], Array(Self.counts.dropFirst()))
    #expect(try run("nice: 0", Self.counts).stdout == outside.stdout)
  }

  @Test func `a thread may be placed on the processors that it has`() throws {
    let pin = "import os; os.sched_setaffinity(0, os.sched_getaffinity(0)); print(os.cpu_count())"
    let found = try run("processors: [0]", ["/usr/bin/python3", "-c", pin])
    #expect(found.stdout == "1\n", "\(found.stderr)")
  }

  private static let java = ["/usr/bin/java", "-XX:+PrintFlagsFinal", "-version"]

  private func heapBytes(_ run: CommandRun) -> Int? {
    run.stdout.split(separator: "\n").first { $0.contains(" MaxHeapSize ") }
      .flatMap { $0.split(separator: " ").dropFirst(3).first }.flatMap { Int($0) }
  }

  @Test func `Java takes its heap from the memory that it has`() throws {
    let sized = try run(Self.bounds, Self.java)
    let heap = try #require(heapBytes(sized), "\(sized.stdout)\(sized.stderr)")
    #expect(heap <= 256 << 20)
    let plain = try run("limits: {data: '4G'}, memory: '512M'", Self.java)
    #expect(try #require(heapBytes(plain), "\(plain.stderr)") > heap)
  }
}
