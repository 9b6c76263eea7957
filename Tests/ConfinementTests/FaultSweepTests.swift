import Glibc
import TestSupport
import Testing

/// The kernel refuses one call of a launch, then the next, until none is left to refuse. strace(1)
/// stands between: it answers the Nth call of a process with an error and never makes it.
@Suite(.serialized)
struct FaultSweepTests {
  /// What the child calls between clone and exec, and the launcher never does while it launches.
  private static let childCalls = [
    "setsid", "dup3", "close_range", "setns", "keyctl", "landlock_restrict_self", "chdir",
    "prlimit64", "prctl", "setgroups", "setresgid", "setresuid",
    "capset", "capget", "getresuid", "getresgid", "getgroups", "fchdir", "getppid",
    "rt_sigaction", "rt_sigprocmask", "seccomp", "execveat",
  ]
  /// What the launcher calls for a launch and its end. Not close(2), which frees the descriptor
  /// even where it reports an error: a close that was never made would leak by our own hand.
  private static let launcherCalls = [
    "newfstatat", "fstat", "openat", "mkdirat", "fchown", "fchownat", "clone3", "sendmsg", "wait4",
    "pread64", "unlinkat", "renameat2",
  ]
  /// An error that none of these calls gives by itself.
  private static let error = (name: "EXDEV", number: -18)

  private struct Injector {
    let tracer: Child

    init(into process: Int32, call: String, at number: Int, follows: Bool) throws {
      var arguments = ["-qq", "-o", "/dev/null", "-p", "\(process)", "-e", "trace=\(call)"]
      arguments += ["-e", "inject=\(call):error=\(FaultSweepTests.error.name):when=\(number)"]
      if follows { arguments.insert("-f", at: 0) }
      tracer = try Child("/usr/bin/strace", arguments)
      try waiting(until: "strace to hold process \(process)") {
        ProcessTable.status(process)?["TracerPid"] == "\(tracer.id)"
      }
    }

    func stop() throws {
      tracer.send(SIGTERM)
      _ = try tracer.wait()
    }
  }

  private static func launcher(of server: RunningServer) throws -> Int32 {
    let found = server.process.processes(of: "http-runner-launcher").filter { id in
      ProcessTable.status(id)?["PPid"] == "\(server.process.child.id)"
    }
    return try #require(found.first, "the launcher is a child of the service")
  }

  /// Runs jobs until every slot has been used once: what is made once is made then.
  private static func warmServer() throws -> RunningServer {
    let server = try RunningServer(
      whitelist: [Probe.path()], options: ["--running", "1"])
    for _ in 0..<20 { #expect(try server.run(Probe.path(), ["print-arguments"]).code == 0) }
    return server
  }

  private static func descriptors(of process: Int32) -> Int? {
    // Sandboxes and cgroups that stand ready come and go; what they hold is not the launcher's
    // loss.
    Files.entries(of: "/proc/\(process)/fd")?.count { name in
      let target = Files.target(ofLink: "/proc/\(process)/fd/\(name)") ?? ""
      // A sandbox's tmpfs is held by its root, which was mounted on /tmp.
      return target != "/tmp" && !["pidfd", "landlock", "cgroup"].contains { target.contains($0) }
    }
  }

  private static func expectNothingLeft(_ server: RunningServer, _ label: String) throws {
    try waiting(until: "nothing of the job to be left (\(label))") {
      server.process.jobProcesses().isEmpty && server.process.jobFolders().isEmpty
    }
  }

  // Proves P-050.
  @Test func `any kernel call of a launch may fail: the job says where, and nothing is left`()
    throws
  {
    let server = try Self.warmServer()
    let launcher = try Self.launcher(of: server)
    let before = Self.descriptors(of: launcher)
    var steps: Set<String> = []
    for call in Self.childCalls {
      // strace counts each call by itself. Two launches in a row that nothing happened to: the
      // sweep is past the last of this call.
      var number = 0
      var passes = 0
      while passes < 2 {
        number += 1
        try #require(number < 200, "\(call) has no end")
        if let step = try Self.step(of: server, launcher, failing: call, at: number) {
          steps.insert(step)
          passes = 0
        } else {
          passes += 1
        }
      }
    }
    let expected: Set = [
      "session", "descriptors", "namespaces", "limits", "bounding-set", "keyring",
      "landlock", "ambient-set", "securebits", "groups",
      "gid", "uid", "capabilities", "verify", "work-folder", "parent", "signals", "no-new-privs",
      "seccomp", "exec",
    ]
    #expect(steps == expected)
    #expect(Self.descriptors(of: launcher) == before)
    #expect(
      try server.run(Probe.path(), ["print-arguments"]).code == 0, "the launcher is as good as new")
    #expect(try server.stop() == .exited(0))
  }

  /// Launches once while the kernel refuses one call of the child.
  ///
  /// - Returns: the step that the job says it stopped at; nil if it ran.
  private static func step(
    of server: RunningServer, _ launcher: Int32, failing call: String, at number: Int
  ) throws -> String? {
    let injector = try Injector(into: launcher, call: call, at: number, follows: true)
    let job = try server.run(Probe.path(), ["print-arguments"])
    try injector.stop()
    try expectNothingLeft(server, "\(call) \(number)")
    guard let failure = job.failure else {
      #expect(job.code == 0, "\(call) \(number): \(job.document)")
      return nil
    }
    let step = try #require(failure["step"]?.string)
    #expect(failure["errno"]?.integer ?? 0 < 0 && job.code == failure["errno"]?.integer)
    #expect(failure["message"]?.string?.contains(step) == true)
    return step
  }

  @Test func `any call of the launcher may fail: the job says where, or all ends cleanly`()
    throws
  {
    var server = try Self.warmServer()
    var steps: Set<String> = []
    for call in Self.launcherCalls {
      for number in 1...8 {
        switch try Self.ending(of: server, failing: call, at: number) {
        case .ran: break
        case .failed(let step): steps.insert(step)
        case .gone: server = try Self.warmServer()
        }
      }
    }
    #expect(steps.isSuperset(of: ["executable", "make-work-folder", "clone"]), "\(steps)")
    #expect(try server.stop() == .exited(0))
  }

  private enum Ending {
    case ran
    case failed(String)
    /// The launcher gave up, and the service with it.
    case gone
  }

  /// Launches once while the kernel refuses one call of the launcher.
  private static func ending(
    of server: RunningServer, failing call: String, at number: Int
  ) throws -> Ending {
    let launcher = try launcher(of: server)
    let before = descriptors(of: launcher)
    let injector = try Injector(into: launcher, call: call, at: number, follows: false)
    let job = try finishedJob(of: server, "\(call) \(number)")
    try injector.stop()
    // A launcher that gave up may have done so after the job's end, or its loss, could be read: so
    // another job, to which nothing happens, is the judge.
    let next = try finishedJob(of: server, "after \(call) \(number)")
    guard let job, let next, next.failure?["code"]?.string != "ECONNRESET" else {
      #expect(try server.process.child.wait() == .exited(70))
      try waiting(until: "the janitor to have removed everything (\(call) \(number))") {
        server.process.instances().isEmpty && server.process.jobProcesses().isEmpty
      }
      return .gone
    }
    #expect(next.code == 0, "\(call) \(number): \(next.document)")
    try expectNothingLeft(server, "\(call) \(number) of the launcher")
    #expect(descriptors(of: launcher) == before, "\(call) \(number)")
    guard let failure = job.failure else { return .ran }
    #expect(failure["errno"]?.integer == error.number, "\(job.document)")
    return .failed(failure["step"]?.string ?? "none")
  }

  /// Nil when the service ended first.
  private static func finishedJob(
    of server: RunningServer, _ label: String
  ) throws -> FinishedJob? {
    var id: String?
    let job: FinishedJob?? = try waiting(for: "an end of job or service (\(label))") {
      do {
        if id == nil { id = try server.submit(Probe.path(), ["print-arguments"]) }
        let document = try server.job(id!)
        return document["err"] == nil ? nil : .some(FinishedJob(document: document))
      } catch {
        return ProcessTable.lives(server.process.child.id) ? nil : .some(nil)
      }
    }
    return job ?? nil
  }
}
