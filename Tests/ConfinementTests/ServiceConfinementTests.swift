import TestSupport
import Testing

/// What the listening process could ask of the kernel if somebody had taken it over: calls are made
/// in its main thread by ptrace(2).
struct ServiceConfinementTests {
  /// Calls that the filter refuses, with its answer, and what an unconfined process of the same
  /// rights is answered.
  static let refusedCalls = [
    ("run-program", "EPERM", "ok"), ("start-process", "EPERM", "EINVAL"),
    ("map-code", "EPERM", "ok"), ("write-code", "EPERM", "ok"), ("listen", "EPERM", "EBADF"),
    ("audit-socket", "EPERM", "ok"), ("signal", "EPERM", "ok"),
    ("io-uring", "ENOSYS", "EFAULT"), ("new-namespace", "ENOSYS", "ok"),
  ]
  /// Files that Landlock refuses: all may be opened by an unconfined process of the same rights.
  static let refusedFiles = ["read-program", "list-root", "list-etc", "write-tmp"]
  /// What is left, as a sign that calls are made at all.
  static let allowed = ["identify", "read-hosts"]

  private static func answer(_ name: String, in process: Int32) throws -> String? {
    try Probe.bare("inject", ["\(process)", name])["answer"]
  }

  // Proves P-300.
  // Proves P-301.
  @Test func `a service that was taken over starts nothing and reaches no file of others`() throws {
    let server = try RunningServer(whitelist: [Probe.path()])
    let process = server.process.child.id
    for name in Self.allowed {
      #expect(try Self.answer(name, in: process) == "ok", "\(name)")
    }
    for (name, refusal, _) in Self.refusedCalls {
      #expect(try Self.answer(name, in: process) == refusal, "\(name)")
    }
    for name in Self.refusedFiles {
      #expect(try Self.answer(name, in: process) == "EACCES", "\(name)")
    }
    #expect(try server.run(Probe.path(), ["identity"]).code == 0, "it serves as before")
    #expect(try server.stop() == .exited(0))
  }

  // Twin of P-300.
  // Twin of P-301.
  @Test func `outside, the same calls are made by a process with the same rights`() throws {
    let names = Self.refusedCalls.map { ($0.0, $0.2) } + Self.refusedFiles.map { ($0, "ok") }
    for (name, expected) in names + Self.allowed.map({ ($0, "ok") }) {
      let child = try Child(Probe.path(), ["become", "\(Probe.nobody)", "sleeper"])
      try waiting(until: "the process to be unprivileged") {
        ProcessTable.status(child.id)?["Uid"]?.hasPrefix("\(Probe.nobody) ") == true
      }
      let answer = try #require(try Self.answer(name, in: child.id))
      // Some hosts refuse these two to all that have no privilege.
      let alsoRight = ["io-uring", "new-namespace"].contains(name) ? ["EPERM", "EINVAL"] : []
      #expect(([expected] + alsoRight).contains(answer), "\(name): \(answer)")
    }
  }

  // Proves P-300.
  @Test func `the filter holds in each thread of the service`() throws {
    let server = try RunningServer(whitelist: [Probe.path()])
    _ = try server.run(Probe.path(), ["identity"])
    for id in server.process.processes(of: "http-runner") {
      let threads = try #require(Files.entries(of: "/proc/\(id)/task"))
      #expect(threads.count > 1)
      for thread in threads.compactMap({ Int32($0) }) {
        // A thread may have ended in between.
        guard let status = ProcessTable.status(thread) else { continue }
        #expect(status["Seccomp"] == "2" && status["NoNewPrivs"] == "1", "thread \(thread)")
      }
    }
  }

  @Test func `what the service says of itself is still read`() throws {
    let server = try RunningServer(whitelist: [Probe.path()])
    let metrics = try server.client.ask("GET", "/metrics", body: []).text
    for name in ["cpu_seconds_total", "resident_memory_bytes", "start_time_seconds", "open_fds"] {
      #expect(metrics.contains("\nprocess_\(name) "), "\(name)")
    }
  }
}
