import TestSupport
import Testing

extension Confinement {
  /// What a short job and a request cost in page faults, waits and allocations: counts that other
  /// work on the machine moves by less than their bounds leave. Each bound is a fifth or more above
  /// what was counted on a busy machine, for other releases of the libraries.
  @Suite struct WorkCountTests {
    private static let jobs = 60

    private static func runJob(_ server: RunningServer) throws {
      let answer = try server.client.ask(
        "POST", "/?wait=30", headers: [("Content-Type", "application/json")],
        body: Array("{\"command\":\"/bin/true\"}".utf8))
      #expect(answer.status == 200)
    }

    /// Counts of one process since it began.
    private struct Counts {
      /// Page faults for which nothing was read from a disk.
      var faults: Int
      /// Those of its children that it has waited for.
      var childFaults: Int
      /// How often each of its threads waited.
      var waits: [String: Int] = [:]

      /// Fields 10 and 11 of proc_pid_stat(5), and voluntary_ctxt_switches of proc_pid_status(5).
      init(of process: Int32) throws {
        let stat = try #require(Files.text(of: "/proc/\(process)/stat"))
        let fields = try #require(stat.split(separator: ")").last).split(separator: " ")
        faults = try #require(Int(fields[7]))
        childFaults = try #require(Int(fields[8]))
        for thread in Files.entries(of: "/proc/\(process)/task") ?? [] {
          let lines = (Files.text(of: "/proc/\(process)/task/\(thread)/status") ?? "")
            .split(separator: "\n")
          let line = lines.first { $0.hasPrefix("voluntary_ctxt_switches:") }
          waits[thread] = line?.split(separator: "\t").last.flatMap { Int($0) }
        }
      }

      /// Without the waits of threads that have ended since.
      func since(_ before: Counts) -> (faults: Int, childFaults: Int, waits: Int) {
        let waited = waits.map { $0.value - (before.waits[$0.key] ?? 0) }.reduce(0, +)
        return (faults - before.faults, childFaults - before.childFaults, waited)
      }
    }

    /// What one job may cost.
    private struct Bound {
      let process: ProcessKillTests.Victim
      let faults: Int
      let childFaults: Int
      let waits: ClosedRange<Int>
    }

    /// Counted: 17 waits of the service, 4 of the launcher, 2 of the factory; 4 faults of the
    /// factory, 50 of the job's process from its clone to its end, and less than 1 of the others.
    private static let bounds = [
      Bound(process: .service, faults: 2, childFaults: 0, waits: 5...26),
      Bound(process: .launcher, faults: 1, childFaults: 65, waits: 1...8),
      Bound(process: .factory, faults: 6, childFaults: 0, waits: 1...4),
    ]

    @Test func `a short job takes few page faults and waits`() throws {
      let server = try RunningServer(whitelist: ["/bin/true"])
      let processes = try Self.bounds.map {
        try #require(try ProcessKillTests.victims($0.process, of: server.process).first)
      }
      for _ in 0..<Self.jobs { try Self.runJob(server) }
      let before = try processes.map { try Counts(of: $0) }
      for _ in 0..<Self.jobs { try Self.runJob(server) }
      for ((bound, process), before) in zip(zip(Self.bounds, processes), before) {
        let counts = try Counts(of: process).since(before)
        #expect(counts.faults <= bound.faults * Self.jobs, "\(bound.process): \(counts)")
        #expect(counts.childFaults <= bound.childFaults * Self.jobs, "\(bound.process): \(counts)")
        let waits = bound.waits.lowerBound * Self.jobs...bound.waits.upperBound * Self.jobs
        #expect(waits.contains(counts.waits), "\(bound.process): \(counts)")
      }
      #expect(try server.stop() == .exited(0))
    }

    /// The number that Tests/Allocations/allocations.c keeps in a file.
    private static func allocations(in path: String) throws -> Int {
      let bytes = try #require(Files.bytes(of: path))
      try #require(bytes.count == 8)
      return bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    /// Allocations of the service for each of some requests, each on a connection of its own.
    private static func allocations(in path: String, _ ask: () throws -> Void) throws -> Int {
      for _ in 0..<jobs { try ask() }
      let before = try allocations(in: path)
      for _ in 0..<jobs { try ask() }
      return (try allocations(in: path) - before) / jobs
    }

    /// Counted, of a release: 58, 88, 56 and 464; of a debug build, 373, 471, 142 and 1,213.
    @Test func `a request takes few allocations`() throws {
      let library = try CProgram.compile(
        "allocations.so", from: "Allocations", kind: ["-shared", "-fPIC"])
      let folder = try RootFolder()
      let path = folder("allocations")
      try Files.write(String(repeating: "\0", count: 8), to: path, mode: 0o600)
      let server = try RunningServer(
        whitelist: ["/bin/true"],
        wrapper: ["/usr/bin/env", "LD_PRELOAD=\(library)", "ALLOCATION_COUNTS=\(path)"])
      let isDebug = try Binaries.runner().contains("/debug/")
      let id = try server.submit("/bin/true")
      _ = try server.finished(id)
      let requests: [(target: String, release: Int, debug: Int)] = [
        ("/\(id)", 70, 450), ("/\(id)/stdout", 106, 570), ("/queue", 68, 171), ("", 560, 1460),
      ]
      for request in requests {
        let count = try Self.allocations(in: path) {
          if request.target.isEmpty { return try Self.runJob(server) }
          let answer = try server.client.get(request.target)
          #expect(answer.status == 200)
        }
        let most = isDebug ? request.debug : request.release
        #expect((most / 2...most).contains(count), "\(request.target): \(count)")
      }
      #expect(try server.stop() == .exited(0))
    }
  }
}
