import TestSupport
import Testing

/// A limit is named of which the kernel tells nobody that it was met: the launcher has to look.
struct SilentLimitTests {
  private func met(_ job: FinishedJob) -> [String] {
    (job.document["limitsMet"]?.array ?? []).compactMap(\.string)
  }

  /// An entry that has a limit, and a program that meets it and goes on.
  struct Limit: Sendable, CustomTestStringConvertible {
    let name: String
    let keys: String
    let program: String
    var testDescription: String { name }
  }

  private static let limits = [
    Limit(
      name: "limits.openFiles", keys: "limits: {openFiles: 64}",
      program: "keep(32, lambda: open('/dev/null'))"),
    Limit(
      name: "limits.processes", keys: "limits: {processes: 16}",
      program: "keep(8, lambda: threading.Thread(target=over.wait, daemon=True).start())"),
    Limit(
      name: "limits.data", keys: "limits: {data: '64M'}",
      program: "keep(64, lambda: bytearray(256 << 10)); del kept[-8:]"),
    Limit(
      name: "scratch.inodes", keys: "scratch: {inodes: 64}",
      program: "keep(16, lambda: tempfile.mkstemp(dir='.'))"),
  ]

  /// Arguments: seconds, and whether half is enough.
  private static func python(_ program: String) -> String {
    """
    import sys, tempfile, threading, time
    seconds, half = float(sys.argv[1]), sys.argv[2] == 'half'
    over, kept = threading.Event(), []
    def keep(count, make):
        try:
            while not half or len(kept) < count: kept.append(make())
        except (OSError, RuntimeError, MemoryError): pass
    \(program)
    time.sleep(seconds)
    print('goes on')
    """
  }

  // Proves P-690.
  @Test(arguments: limits)
  func `a limit is named where its program goes on`(_ limit: Limit) throws {
    let server = try RunningServer(
      whitelist: [], config: "{entries: {it: {path: '/usr/bin/python3', \(limit.keys)}}}")
    let program = Self.python(limit.program)
    // The launcher looks ten times a second, and less often where it gets no processor.
    var found: [String] = []
    for seconds in [0.5, 2, 8, 32] where found.isEmpty {
      let job = try server.run("it", ["-c", program, "\(seconds)", "all"])
      #expect(job.code == 0 && job.stdout == "goes on\n", "\(job.document)")
      found = met(job)
    }
    #expect(found == [limit.name])
    let within = try server.run("it", ["-c", program, "0.5", "half"])
    #expect(within.code == 0 && met(within).isEmpty, "\(within.document)")
    #expect(try server.stop() == .exited(0))
  }

  /// More than the launcher looks at in one turn of its loop.
  private static let manyJobs = 12

  // Proves P-690.
  @Test func `a limit is named in each of many jobs at one time`() throws {
    let limit = Self.limits[0]
    let server = try RunningServer(
      whitelist: [], options: ["--running", "\(Self.manyJobs)"],
      config: "{entries: {it: {path: '/usr/bin/python3', \(limit.keys)}}}")
    var found: [[String]] = []
    for seconds in [1, 4, 16, 64] where found.filter({ $0 == [limit.name] }).count < Self.manyJobs {
      let jobs = try (0..<Self.manyJobs).map { _ in
        try server.submit("it", ["-c", Self.python(limit.program), "\(seconds)", "all"])
      }
      found = try jobs.map { met(try server.finished($0)) }
    }
    #expect(found == Array(repeating: [limit.name], count: Self.manyJobs))
    #expect(try server.stop() == .exited(0))
  }
}
