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

  // Proves P-696.
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

  // Proves P-696.
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

  /// A row of the tables of docs/programs.md whose program every machine of the suite has. What it
  /// prints holds one of `before`, and the number of processors behind it.
  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let command: [String]
    let before: [String]

    func count(_ run: CommandRun) throws -> Int {
      let text = run.stdout + run.stderr
      let found = try #require(before.lazy.compactMap { text.firstRange(of: $0) }.first, "\(text)")
      return try #require(Int(text[found.upperBound...].prefix { $0.isNumber }), "\(text)")
    }
  }

  private static func encoder(_ name: String, _ before: String...) -> Row {
    let source = "testsrc=size=320x240:rate=10:duration=0.5"
    return Row(
      testDescription: name,
      command: [
        "/usr/bin/ffmpeg", "-nostats", "-f", "lavfi", "-i", source, "-pix_fmt", "yuv420p", "-c:v",
        name, "-f", "null", "-",
      ], before: before)
  }

  private static let rows = [
    encoder("libx265", "Thread pool created using "),
    // 1.4 and 2.3.
    encoder("libsvtav1", "logical cores available: ", "Level of Parallelism: "),
    Row(
      testDescription: "Node",
      command: ["/usr/bin/node", "-p", "'count ' + require('os').availableParallelism()"],
      before: ["count "]),
    Row(
      testDescription: "Python",
      command: ["/usr/bin/python3", "-c", "import os; print('count', os.cpu_count())"],
      before: ["count "]),
    Row(
      testDescription: "OpenMP",
      command: ["/bin/sh", "-c", "echo count ${OMP_NUM_THREADS:-$(nproc)}"], before: ["count "]),
  ]

  // Proves P-696.
  @Test(arguments: rows)
  func `an encoder or runtime has as many threads as policy gives it processors`(
    _ row: Row
  ) throws {
    let sized = try run(Self.bounds, row.command)
    #expect(try row.count(sized) == 1, "\(sized.stderr)")
    // The twin: outside it counts those of the host.
    let outside = try CommandRun(row.command[0], Array(row.command.dropFirst()))
    let hasOne = try CommandRun("/usr/bin/nproc", []).stdout == "1\n"
    #expect((try row.count(outside) > 1) == !hasOne, "\(outside.stderr)")
  }

  // Proves P-696.
  @Test func `Node takes its heap from the memory that it has`() throws {
    let ask = ["/usr/bin/node", "-p", "require('v8').getHeapStatistics().heap_size_limit"]
    let sized = try run(Self.bounds, ask)
    // Three quarters of 512M, and what V8 adds for what is young.
    let bytes = try #require(Int(sized.stdout.dropLast()), "\(sized.stderr)")
    #expect((384 << 20)...(512 << 20) ~= bytes)
  }

  // Proves P-696.
  @Test func `Java takes its heap from the memory that it has`() throws {
    let sized = try run(Self.bounds, Self.java)
    let heap = try #require(heapBytes(sized), "\(sized.stdout)\(sized.stderr)")
    #expect(heap <= 256 << 20)
    let plain = try run("limits: {data: '4G'}, memory: '512M'", Self.java)
    #expect(try #require(heapBytes(plain), "\(plain.stderr)") > heap)
  }
}
