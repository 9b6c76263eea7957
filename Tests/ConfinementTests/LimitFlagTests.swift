import Glibc
import TestSupport
import Testing

/// What a limit does once a job reaches it, each at a value so small that it is reached quickly.
struct LimitFlagTests {
  static let flags = [
    "--limit-cpu", "1", "--limit-file-size", "1M", "--limit-open-files", "64",
    "--limit-processes", "16", "--limit-data", "64M", "--limit-stack", "4M",
    "--limit-locked-memory", "1M",
  ]

  struct Breach: Sendable, CustomTestStringConvertible {
    let check: String
    let argument: String
    /// What the probe prints as a job.
    let expected: [String: String]
    var testDescription: String { check }
  }

  static let breaches = [
    Breach(
      check: "write-file", argument: "2097152",
      expected: ["written": "1048576", "stopped-by": "EFBIG"]),
    Breach(
      check: "open-many", argument: "100", expected: ["highest": "63", "stopped-by": "EMFILE"]),
    Breach(check: "forks", argument: "40", expected: ["made": "15", "stopped-by": "EAGAIN"]),
    Breach(check: "allocate", argument: "134217728", expected: ["allocate": "ENOMEM"]),
    Breach(check: "lock-memory", argument: "2097152", expected: ["lock": "ENOMEM"]),
  ]

  // Proves P-099, P-101.
  @Test func `every limit has a flag, and reaching one is the job's end or its own error`() throws {
    let server = try RunningServer(whitelist: [Probe.path()], options: Self.flags)
    let burner = try server.submit(Probe.path(), ["burn"])
    let limits = try server.probe("limits")
    #expect(limits["cpu"] == "1 6" && limits["file-size"] == "1048576 1048576")
    #expect(limits["open-files"] == "64 64" && limits["processes"] == "16 16")
    #expect(limits["data"] == "67108864 67108864" && limits["stack"] == "4194304 4194304")
    #expect(limits["locked-memory"] == "1048576 1048576")
    for breach in Self.breaches {
      let facts = try server.probe(breach.check, [breach.argument])
      for (name, value) in breach.expected { #expect(facts[name] == value, "\(breach.check)") }
    }
    let burned = try server.finished(burner)
    #expect(burned.code == nil && burned.failure == nil, "SIGXCPU ends it: \(burned.document)")
    #expect(server.process.jobProcesses().isEmpty)
    #expect(try server.stop() == .exited(0))
  }

  // Twin of P-029, P-099, P-101.
  @Test(arguments: breaches)
  func `outside, the probe gets past that limit`(_ breach: Breach) throws {
    let folder = try RootFolder()
    let child = try CommandRun(
      "/bin/bash",
      ["-c", "ulimit -l unlimited; \(Probe.path()) \(breach.check) \(breach.argument); kill 0"],
      folder: folder.path)
    for (name, value) in breach.expected { #expect(ProbeOutput(child.stdout)[name] != value) }
  }

  // Twin of P-100.
  @Test func `outside, a second of processor time ends nothing`() throws {
    let child = try Child(Probe.path(), ["burn"])
    try waiting(until: "more than a second of processor time") {
      let text = try #require(Files.text(of: "/proc/\(child.id)/stat"))
      let fields = text.split(separator: " ")
      return Int(fields[13]).map { $0 > 110 } ?? false  // Hundredths of a second.
    }
    #expect(ProcessTable.lives(child.id))
  }
}
