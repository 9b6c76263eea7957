import TestSupport
import Testing

/// What the service takes of the machine at one moment.
struct ServiceFootprint {
  let jobProcesses: Int
  let family: Int
  let folders: Int
  let controlGroups: Int
  /// Mounts in its folders; other mounts of the host come and go with other work.
  let mounts: Int
  let descriptors: Int
  /// Resident memory of all its own processes.
  let kibibytes: Int

  /// How much larger it may have grown: buffers that are kept for the next job.
  static let growthKibibytesMax = 64 << 10

  init(of server: RunningServer) throws {
    let process = server.process
    let family = ProcessTable.family(of: process.child.id)
    jobProcesses = process.jobProcesses().count
    self.family = family.count
    self.folders = process.jobFolders().count
    controlGroups = try RunnerProcess.controlGroups(of: process.instances()).count
    let folders = [process.workFolder, process.stateFolder]
    mounts = (Files.text(of: "/proc/self/mountinfo") ?? "").split(separator: "\n")
      .count { line in folders.contains { line.contains($0) } }
    descriptors = family.map { Files.entries(of: "/proc/\($0)/fd")?.count ?? 0 }.reduce(0, +)
    kibibytes = family.map { id in
      ProcessTable.status(id)?["VmRSS"]?.split(separator: " ").first.flatMap { Int($0) } ?? 0
    }.reduce(0, +)
  }

  /// Waits for at most `seconds` until the service takes no more than at this moment.
  func expectAgain(of server: RunningServer, seconds: Double = 1) throws {
    var latest = self
    do {
      try waiting(until: "everything to be as before", seconds: seconds) {
        latest = try ServiceFootprint(of: server)
        return latest.isAtMost(self)
      }
    } catch { Issue.record("before: \(self), after \(seconds) s: \(latest)") }
  }

  private func isAtMost(_ start: ServiceFootprint) -> Bool {
    jobProcesses <= start.jobProcesses && family <= start.family && folders <= start.folders
      && controlGroups <= start.controlGroups && mounts <= start.mounts
      && descriptors <= start.descriptors
      && kibibytes <= start.kibibytes + Self.growthKibibytesMax
  }
}
