import Glibc
import TestSupport

/// The service over all its lives: one state folder, one range of ids, one folder for jobs.
final class TortureService {
  /// How one of its lives ends.
  enum End: String, CaseIterable {
    case launcher, service, both, janitor, factory, everything, asked
  }

  private let configuration: String
  private var process: RunnerProcess?
  private(set) var server: RunningServer?

  init(configuration: String) { self.configuration = configuration }

  private static let options = ["--running", "12", "-n", "1000000", "--queued", "100000"]

  /// Starts it again, to listen.
  func start() throws -> RunningServer {
    let started = try RunningServer(
      whitelist: [], options: Self.options, predecessor: process, config: configuration)
    process = started.process
    server = started
    return started
  }

  /// Starts it, and kills it or one of its processes before it has come far.
  func startAndDie(after microseconds: Int, _ random: inout TortureRandom) throws {
    let begun = try RunnerProcess(
      whitelist: [], options: Self.options, predecessor: process, config: configuration)
    process = begun
    usleep(UInt32(microseconds))
    let own = ownProcesses(of: begun)
    kill(random.oneIn(2) ? begun.child.id : own[random.below(own.count)], SIGKILL)
    // What it was not killed for, such as a factory that died, it lives through.
    if !random.oneIn(8) { begun.child.send(SIGKILL) }
    begun.child.send(SIGTERM)
    _ = try begun.child.wait()
    try expectNothingLeft([])
  }

  /// The service, the launcher, and the launcher's two, as far as they are there: not what holds a
  /// sandbox or is about to become a job's program, whose death is that of one job.
  private func ownProcesses(of process: RunnerProcess) -> [Int32] {
    let parent = { ProcessTable.status($0)?["PPid"].flatMap { Int32($0) } }
    let family = ProcessTable.family(of: process.child.id)
    let launcher = family.first { parent($0) == process.child.id }
    return family.filter { id in
      id == process.child.id || id == launcher
        || (parent(id) == launcher
          && ["keep", "prepare"].contains { ProcessKillTests.isAt(task: $0, id) })
    }
  }

  /// Who has to die for an end; found before it is time, so that death strikes at any moment.
  func victims(_ end: End) throws -> [Int32] {
    guard let process else { return [] }
    switch end {
    case .launcher: return try ProcessKillTests.victims(.launcher, of: process)
    case .service: return try ProcessKillTests.victims(.service, of: process)
    case .both: return try ProcessKillTests.victims(.both, of: process)
    case .janitor: return try ProcessKillTests.victims(.janitor, of: process)
    case .factory: return try ProcessKillTests.victims(.factory, of: process)
    case .everything:
      return ["http-runner", "http-runner-launcher"].flatMap { process.processes(of: $0) }
    case .asked: return [process.child.id]
    }
  }

  func instances() -> [String] { process?.instances() ?? [] }

  /// Waits until it and all that it started is gone, and looks for what is left.
  func expectEnd(_ end: End, of instances: [String]) throws {
    guard let process else { return }
    let ending = try process.child.wait()
    let isRight =
      switch end {
      case .asked: ending == .exited(0)
      case .launcher, .janitor, .factory: ending == .exited(70)
      case .service, .both, .everything: ending == .signaled(SIGKILL) || ending == .exited(70)
      }
    guard isRight else {
      throw TestFailure("after '\(end)': \(ending); it logged:\n\(process.log)")
    }
    server = nil
    try expectNothingLeft(end == .everything ? [] : instances)
    // When all die at once, nobody is left to remove folders: the next start does.
    if end != .everything, !process.instances().isEmpty {
      throw TestFailure("folders are left: \(process.instances())")
    }
  }

  private func expectNothingLeft(_ instances: [String]) throws {
    guard let process else { return }
    try waiting(until: "no process of the service or of a job") {
      ProcessTable.processes(of: process.users).isEmpty
    }
    guard !instances.isEmpty else { return }
    try waiting(until: "no folder of a job") { process.instances().isEmpty }
    let groups = try RunnerProcess.controlGroups(of: instances)
    guard groups.isEmpty else { throw TestFailure("control groups are left: \(groups)") }
    let mounts = (Files.text(of: "/proc/self/mountinfo") ?? "").split(separator: "\n")
    if let mount = mounts.first(where: { $0.contains(process.workFolder) }) {
      throw TestFailure("a mount is left: \(mount)")
    }
  }

  /// Open descriptors of the process that listens, connections of clients apart.
  func descriptors() -> Int {
    guard let id = process?.child.id else { return 0 }
    return (Files.entries(of: "/proc/\(id)/fd") ?? []).count { name in
      Files.target(ofLink: "/proc/\(id)/fd/\(name)") != nil
    }
  }
}
