internal import CLinux
internal import Glibc
internal import SandboxBase
internal import SystemBase

/// Looks at running jobs from time to time: the limit on memory where no controller holds it, and
/// limits whose meeting no event of the kernel reports.
extension Launcher {
  /// Milliseconds between two samples of one job; each further job adds one.
  private static let sampleIntervalMilliseconds: Int64 = 100
  /// Jobs that are sampled in one turn of the loop, since launches and ends are held up by it: one
  /// takes some 0.04 ms, and without cgroups a walk over all of /proc.
  private var turnSamplesMax: Int { sealed.tree == nil ? 1 : 8 }
  /// Samples between two looks at the memory files of a job.
  private static let memoryFilesInterval = 10
  /// A file system with less than this free is full.
  private static let scratchFullBytes: UInt64 = 64 << 10

  func sampleJobs(_ time: Int64) throws {
    guard time >= nextSample else { return }
    let live = jobs.values.count(where: \.isSampled)
    let turns = max(1, (live + turnSamplesMax - 1) / turnSamplesMax)
    nextSample = time + (Self.sampleIntervalMilliseconds + Int64(live)) / Int64(turns)
    var left = max(1, (live + turns - 1) / turns)
    for _ in 0..<sampleQueue.count where left > 0 {
      guard let launchID = sampleQueue.popFirst(), let job = jobs[launchID] else { continue }
      sampleQueue.append(launchID)
      guard job.isSampled else { continue }
      left -= 1
      try sample(job)
    }
  }

  private func sample(_ job: RunningJob) throws {
    let processes = processes(of: job).compactMap(ProcessSample.init)
    var sample = job.sample
    let limits = job.limits
    let cpuTimes = processes.map { linux_limited_cpu_us($0.pid) }
    if cpuTimes.contains(where: limits.isCPUSpent) { sample.met.insert(.cpu) }
    // Within a tenth: what was refused is not counted.
    if processes.contains(where: { $0.dataBytes >= limits.dataBytes / 10 * 9 }) {
      sample.met.insert(.data)
    }
    if processes.reduce(0, { $0 + $1.threads }) >= limits.processes {
      sample.met.insert(.processes)
    }
    if processes.contains(where: { $0.openFiles >= limits.openFiles }) {
      sample.met.insert(.openFiles)
    }
    sample.met.formUnion(scratchLimitsMet(job))
    let controllers = sealed.host.features.cgroup.controllers
    let isOver = !controllers.contains("memory") && isOverMemory(job, processes, &sample)
    if isOver { sample.met.insert(.memory) }
    jobs[job.launchID]?.sample = sample
    if isOver { try endForMemory(job) }
  }

  private func endForMemory(_ job: RunningJob) throws {
    if job.cause == .itself { jobs[job.launchID]?.cause = .memory }
    guard job.end == nil else {
      // Its main process is reaped: what it left behind is killed and checked as after any end.
      jobs[job.launchID]?.end?.cause = .memory
      if let current = jobs[job.launchID] { try sweep(current) }
      return
    }
    jobs[job.launchID]?.phase = .killed
    try kill(job)
  }

  /// Whether a job uses more memory than it may, its private folders and memory files included. The
  /// cheap look comes first: what is resident counts files of the disk, and shared pages several
  /// times.
  private func isOverMemory(
    _ job: RunningJob, _ processes: [ProcessSample], _ sample: inout JobSample
  ) -> Bool {
    if sample.untilMemoryFiles == 0 {
      let files = Set(processes.flatMap { $0.memoryFiles() })
      sample.memoryFileBytes = files.reduce(0) { $0 + $1.bytes }
      sample.untilMemoryFiles = Self.memoryFilesInterval
    }
    sample.untilMemoryFiles -= 1
    let unmapped = sample.memoryFileBytes + (scratchStatus(job)?.used_bytes ?? 0)
    let atMost = processes.reduce(unmapped) { $0 + $1.residentBytes }
    guard atMost > job.memoryBytesMax else { return false }
    var sum = ProcessSample.MemoryUsage()
    for process in processes {
      guard let part = process.memoryUsage(isProportional: processes.count > 1) else { continue }
      sum.anonymous += part.anonymous
      sum.shared += part.shared
    }
    // What is mapped of folders and memory files counts once.
    let used = sum.anonymous + max(sum.shared, unmapped)
    sample.memoryBytesMax = max(sample.memoryBytesMax, used)
    return used > job.memoryBytesMax
  }

  /// Replies with the processor time of a job up to now, and its memory now.
  func reportResources(of launchID: UInt64) throws {
    var used = (microseconds: UInt64(0), memoryBytes: UInt64(0))
    var code = ESRCH
    if let job = jobs[launchID], case .running = job.phase {
      do throws(SystemCallFailure) {
        used = try resources(of: job)
        code = 0
      } catch {
        code = error.code
      }
    }
    try reply(
      .resources(
        launchID, code: code, microseconds: used.microseconds, memoryBytes: used.memoryBytes))
  }

  /// By its cgroup where it has one, which counts every process; else the sums over those that
  /// live. Memory is what is resident where no controller counts it.
  ///
  /// - Throws: EOPNOTSUPP too, where neither a cgroup nor a uid of its own tells its processes.
  private func resources(
    of job: RunningJob
  ) throws(SystemCallFailure) -> (microseconds: UInt64, memoryBytes: UInt64) {
    if let cgroup = job.cgroup, let memory = try cgroup.memoryBytes() {
      let usage = try cgroup.usage()
      return (usage.userMicroseconds &+ usage.systemMicroseconds, memory)
    }
    guard job.cgroup != nil || (policy.mode == .root && job.uid == job.slot.uid) else {
      throw SystemCallFailure(call: "cpu.stat", code: EOPNOTSUPP, object: "")
    }
    let processes = processes(of: job).compactMap(ProcessSample.init)
    let memory = processes.reduce(0) { $0 &+ $1.residentBytes }
    guard let usage = try job.cgroup?.usage() else {
      return (processes.reduce(0) { $0 &+ $1.processorMicroseconds }, memory)
    }
    return (usage.userMicroseconds &+ usage.systemMicroseconds, memory)
  }

  /// The processes of a job that can be identified as its own. Without a cgroup and a uid of its
  /// own that is the main process alone.
  private func processes(of job: RunningJob) -> [Int32] {
    do throws(SystemCallFailure) {
      if let cgroup = job.cgroup { return try cgroup.cgroup.members() }
      guard policy.mode == .root, job.uid == job.slot.uid else { return [job.pid] }
      return try ProcessList.processes(of: job.uid)
    } catch {
      return [job.pid]
    }
  }

  func scratchLimitsMet(_ job: RunningJob) -> LimitsMet {
    guard let status = scratchStatus(job) else { return [] }
    var met: LimitsMet = []
    if status.free_bytes < Self.scratchFullBytes { met.insert(.scratchSize) }
    if status.free_inodes == 0 { met.insert(.scratchInodes) }
    return met
  }

  private func scratchStatus(_ job: RunningJob) -> linux_tmpfs_status? {
    guard let folder = job.sandbox?.scratchRoot else { return nil }
    // SAFETY: the struct that is written is a local variable.
    var status = linux_tmpfs_status()
    return unsafe linux_fstatfs_tmpfs(folder.fd, &status) < 0 ? nil : status
  }
}
