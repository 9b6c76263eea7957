internal import CLinux
internal import Glibc
internal import SandboxBase
internal import SystemBase

/// One cgroup (v2) for a job.
struct Cgroup: ~Copyable {
  /// The folder: children are born in it (CLONE_INTO_CGROUP).
  let folder: Descriptor
  private let events: Descriptor
  private let killer: Descriptor
  private let processor: Descriptor

  init(_ name: String, in parent: CInt) throws(SystemCallFailure) {
    try File.makeFolder(name, mode: 0o755, in: parent)
    let folder = try File.open(name, LINUX_OPEN_FOLDER, in: parent)
    let events = try File.open("cgroup.events", LINUX_OPEN_READ, in: folder.fd)
    let killer = try File.open("cgroup.kill", LINUX_OPEN_WRITE, in: folder.fd)
    let processor = try File.open("cpu.stat", LINUX_OPEN_READ, in: folder.fd)
    self.folder = folder
    self.events = events
    self.killer = killer
    self.processor = processor
  }

  /// Readable with priority when the answer of `isPopulated` may have changed.
  var eventsFD: CInt { events.fd }

  /// Whether any process is left in it.
  func isPopulated() throws(SystemCallFailure) -> Bool {
    CgroupFile.number("populated", in: try File.head(events.fd, bytesMax: 256)) != 0
  }

  /// SIGKILL for everything in it, forks in progress included.
  func kill() throws(SystemCallFailure) {
    try File.write("1", to: killer.fd)
  }

  /// Stops every process in it.
  func freeze() throws(SystemCallFailure) {
    try CgroupFile.write("1", to: "cgroup.freeze", in: folder.fd)
  }

  /// Lets every process in it go on.
  func thaw() throws(SystemCallFailure) {
    try CgroupFile.write("0", to: "cgroup.freeze", in: folder.fd)
  }

  /// `signal` for everything in it.
  ///
  /// A number read from the list may belong to another process by the time it is used. So each is
  /// held by a pidfd first, and used only if the list still has the number after that.
  func signalAll(_ signal: CInt) throws(SystemCallFailure) {
    var rest = try members()[...]
    while !rest.isEmpty {
      let held = rest.prefix(Self.heldMax).compactMap(Self.hold)
      rest = rest.dropFirst(Self.heldMax)
      let present = Set(try members())
      for (pid, process) in held where present.contains(pid) {
        _ = linux_pidfd_send_signal(process.fd, signal)
      }
    }
  }

  /// Processes that are held at one time, and so how often the list is read.
  private static let heldMax = 128
  /// All processes of a machine (PID_MAX_LIMIT), with their line ends.
  private static let membersBytesMax = 32 << 20

  private static func hold(_ pid: Int32) -> (Int32, SharedDescriptor)? {
    let opened = linux_pidfd_open(pid)
    return opened < 0 ? nil : (pid, SharedDescriptor(Descriptor(adopting: opened)))
  }

  /// The processes in it.
  func members() throws(SystemCallFailure) -> [Int32] {
    let list = try File.open("cgroup.procs", LINUX_OPEN_READ, in: folder.fd)
    let text = try File.rest(
      of: list.fd, "cgroup.procs", bytesMax: Self.membersBytesMax)
    return text.split(separator: UInt8(ascii: "\n")).compactMap {
      Int32(String(decoding: $0, as: UTF8.self))
    }
  }

  /// Sets the limits of the enabled controllers, in any order: the cgroup is empty.
  func apply(
    _ limits: CgroupLimits, _ controllers: Set<String>
  ) throws(SystemCallFailure) {
    let fd = folder.fd
    let set = { (name: String, text: String) throws(SystemCallFailure) in
      try CgroupFile.write(text, to: name, in: fd)
    }
    if controllers.contains("memory") {
      try set("memory.max", "\(limits.memoryBytes)")
      try setIfThere("memory.swap.max", "\(limits.swapBytes)")
      try set("memory.oom.group", "1")
    }
    if controllers.contains("pids") { try set("pids.max", "\(limits.processes)") }
    if controllers.contains("cpu") {
      if let percent = limits.cpuPercent { try set("cpu.max", "\(UInt64(percent) * 1000) 100000") }
      if limits.cpuWeight != 100 { try set("cpu.weight", "\(limits.cpuWeight)") }
    }
    if controllers.contains("io") {
      if let weight = limits.ioWeight {
        try setIfThere(CgroupFile.weightName, "default \(weight)")
      }
      for device in limits.devices { try set("io.max", Self.bounds(of: device)) }
    }
  }

  /// A kernel without swap has no such file, and no swap to bound. Where weights of disks are
  /// missing the job's enforcement says so.
  private func setIfThere(_ name: String, _ text: String) throws(SystemCallFailure) {
    do throws(SystemCallFailure) {
      try CgroupFile.write(text, to: name, in: folder.fd)
    } catch {
      guard error.code == ENOENT else { throw error }
    }
  }

  private static func bounds(of device: CgroupLimits.Device) -> String {
    let parts = [
      ("rbps", device.readBytes), ("wbps", device.writeBytes), ("riops", device.readOperations),
      ("wiops", device.writeOperations),
    ]
    let bounds = parts.map { "\($0.0)=\($0.1.map { "\($0)" } ?? "max")" }
    return "\(device.major):\(device.minor) " + bounds.joined(separator: " ")
  }

  /// What was used in it since it was made.
  func usage(_ controllers: Set<String>) throws(SystemCallFailure) -> CgroupUsage {
    var usage = CgroupUsage()
    let processor = try File.head(processor.fd, bytesMax: 1024)
    usage.userMicroseconds = CgroupFile.number("user_usec", in: processor) ?? 0
    usage.systemMicroseconds = CgroupFile.number("system_usec", in: processor) ?? 0
    if controllers.contains("memory") {
      // memory.peak is there since 5.19.
      usage.peakMemoryBytes = try optionalNumber("memory.peak")
      let events = try CgroupFile.read("memory.events", in: folder.fd)
      usage.outOfMemoryKills = CgroupFile.number("oom_kill", in: events) ?? 0
    }
    // Since 6.1.
    if controllers.contains("pids") {
      usage.peakProcesses = try optionalNumber("pids.peak")
      let events = try CgroupFile.read("pids.events", in: folder.fd)
      usage.processLimitHits = CgroupFile.number("max", in: events) ?? 0
    }
    return usage
  }

  func optionalNumber(_ name: String) throws(SystemCallFailure) -> UInt64? {
    do throws(SystemCallFailure) {
      return CgroupFile.number(try CgroupFile.read(name, in: folder.fd)[...])
    } catch {
      guard error.code == ENOENT else { throw error }
      return nil
    }
  }
}
