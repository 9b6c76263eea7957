import Glibc
import TestSupport
import Testing

/// The service is killed with -9, in part or whole, while jobs run that do not want to end.
@Suite(.serialized)
struct ProcessKillTests {
  enum Victim: String, CaseIterable, Sendable {
    case launcher, service, both, janitor, factory
  }

  /// What SECURITY.md promises: nothing of any job is left after this, of a machine that has
  /// nothing else to do.
  static let promisedSeconds = 1.0

  // Proves P-046, P-108.
  /// As each job's own user, and as one account that is not the service's alone.
  @Test(arguments: Victim.allCases, [[], ["--user", NamedUserTests.name]])
  func `a second after a kill -9 nothing of any job is left`(
    _ victim: Victim, _ options: [String]
  ) throws {
    let server = try RunningServer(
      whitelist: [], options: options,
      config: """
        {entries: {probe: {path: "\(Probe.path())", scratch: {place: "disk"}}}}
        """)
    let process = server.process
    var left: [Int32] = []
    for check in ["survivor", "stubborn"] {
      let job = try server.submit("probe", [check, "and stay"])
      _ = try server.facts(of: job, once: "ready")
    }
    left = ProcessTable.family(of: process.child.id).filter {
      ProcessTable.program(of: $0) == "probe"
    }
    // The survivor has no parent beneath the service: it is found by its namespace's other process.
    left += ProcessTable.all().filter {
      !left.contains($0) && ProcessTable.program(of: $0) == "probe"
        && left.map { Files.target(ofLink: "/proc/\($0)/ns/pid") }
          .contains(Files.target(ofLink: "/proc/\($0)/ns/pid"))
    }
    defer { Self.end(left) }
    #expect(left.count == 3 && left.allSatisfy { ProcessTable.lives($0) })
    let instances = process.instances()
    let groups = try RunnerProcess.controlGroups(of: instances)
    #expect(instances.count == 1 && process.jobFolders().count == 2)

    for id in try Self.victims(victim, of: process) { kill(id, SIGKILL) }
    try waiting(
      until: "no process of a job, no working folder", idleSeconds: Self.promisedSeconds
    ) {
      !left.contains { ProcessTable.lives($0) } && process.jobProcesses().isEmpty
        && process.instances().isEmpty
    }
    #expect(groups.allSatisfy { !Files.exists($0) }, "\(groups)")
    try Self.expectEnd(of: process, after: victim)
  }

  // Proves P-037, P-108.
  @Test func `a start removes what an end of everything at once has left`() throws {
    let server = try RunningServer(whitelist: [Probe.path()])
    let process = server.process
    let job = try server.submit(Probe.path(), ["sleeper"])
    _ = try server.facts(of: job, once: "ready")
    let family = ProcessTable.family(of: process.child.id)
    for id in family { kill(id, SIGKILL) }
    try waiting(until: "the service to be dead") {
      !family.contains { ProcessTable.lives($0) }
    }
    let heir = try RunningServer(
      whitelist: [Probe.path()], workFolder: process.workFolder)
    #expect(process.instances().count == 1, "the heir's own: \(process.instances())")
    #expect(try heir.stop() == .exited(0))
    try waiting(until: "the heir's folder to be gone") { process.instances().isEmpty }
  }

  /// Ends with 70 if the launcher went, is reaped if it was killed itself.
  private static func expectEnd(of process: RunnerProcess, after victim: Victim) throws {
    let ending = try process.child.wait()
    switch victim {
    case .launcher, .janitor, .factory: #expect(ending == .exited(70), "\(process.log)")
    case .service: #expect(ending == .signaled(SIGKILL))
    // It may see the launcher's end before its own comes.
    case .both: #expect(ending == .signaled(SIGKILL) || ending == .exited(70))
    }
    try waiting(until: "the rest of the service to end") {
      ProcessTable.processes(of: process.users).isEmpty
    }
  }

  /// What a failed test has to do itself.
  private static func end(_ processes: [Int32]) {
    for id in processes where ProcessTable.program(of: id) == "probe" { kill(id, SIGKILL) }
  }

  /// The launcher is the service's child, janitor and factory are the launcher's: the same program,
  /// with a word for the task.
  static func victims(_ victim: Victim, of process: RunnerProcess) throws -> [Int32] {
    let service = process.processes(of: "http-runner")
    let parent = { ProcessTable.status($0)?["PPid"].flatMap { Int32($0) } ?? 0 }
    let privileged = process.processes(of: "http-runner-launcher")
    let launcher = try #require(privileged.first { service.contains(parent($0)) })
    let helper = { (task: String) in
      try #require(privileged.first { parent($0) == launcher && isAt(task: task, $0) })
    }
    switch victim {
    case .launcher: return [launcher]
    case .service: return service
    case .both: return [launcher] + service
    case .janitor: return [try helper("keep")]
    case .factory: return [try helper("prepare")]
    }
  }

  /// Whether a launcher's process was started for this task.
  static func isAt(task: String, _ id: Int32) -> Bool {
    (Files.bytes(of: "/proc/\(id)/cmdline") ?? []).split(separator: 0)
      .contains(Array(task.utf8)[...])
  }
}
