internal import CLinux
internal import Glibc
internal import SandboxBase
internal import SystemBase

/// The cgroup of this launcher, parent of the cgroups of its jobs.
struct CgroupTree: ~Copyable {
  /// The absolute path of this launcher's cgroup, parent of the jobs' ones.
  let path: String
  let folder: Descriptor
  /// Controllers that bound its jobs: of `memory`, `pids`, `cpu` and `io`, those that were
  /// delegated.
  let controllers: Set<String>
  /// Why not all of them; empty when they are.
  let remedy: String

  /// Why there is none: a sentence for the operator.
  struct SetupFailure: Error {
    let reason: String
  }

  /// Where the cgroup of an instance would be; empty without cgroup v2.
  static func path(of instanceName: String) -> String {
    do throws(SetupFailure) {
      return try ownPath() + "/" + instanceName
    } catch {
      return ""
    }
  }

  /// Makes this instance's cgroup.
  ///
  /// - Parameter janitor: the other process of this service that is in the same cgroup.
  init(instanceName: String, besides janitor: Int32) throws(SetupFailure) {
    let own = try Self.ownPath()
    let path = own + "/" + instanceName
    let delegation = CgroupDelegation.acquire(own, for: [linux_getpid(), getppid(), janitor])
    let folder = try Self.make(path)
    self.controllers = delegation.enableControllers(in: folder.fd)
    self.remedy = delegation.remedy
    self.folder = folder
    self.path = path
  }

  /// Whether children of this process die as they are born into a cgroup of this tree. Kernels
  /// compare the count of kills of the new process's cgroup with that of its parent's cgroup
  /// (`JobCgroup.mustBeRemoved`), so one cgroup.kill of the cgroup that this process was started in
  /// would kill every job at birth.
  func killsAtBirth() throws(SystemCallFailure) -> Bool {
    let name = "probe"
    try File.makeFolder(name, mode: 0o755, in: folder.fd)
    defer { File.removeFolderIfEmpty(name, in: folder.fd) }
    let probe = try File.open(name, LINUX_OPEN_FOLDER, in: folder.fd)
    return linux_try_cgroup(probe.fd) == -EINTR
  }

  /// Moves this process into a cgroup of its own, which was never killed.
  ///
  /// - Returns: the path of the cgroup that it was in.
  func enterLeaf() throws -> String {
    let former = try Self.ownPath()
    try File.makeFolder(Self.leafName, mode: 0o755, in: folder.fd)
    try CgroupFile.write("0", to: "\(Self.leafName)/cgroup.procs", in: folder.fd)
    return former
  }

  /// Moves this process back, before everything in the tree is killed.
  func leaveLeaf(to former: String) throws(SystemCallFailure) {
    let cgroup = try File.open(former, LINUX_OPEN_FOLDER)
    try CgroupFile.write("0", to: "cgroup.procs", in: cgroup.fd)
  }

  private static let leafName = "launcher"

  private static func make(_ path: String) throws(SetupFailure) -> Descriptor {
    do throws(SystemCallFailure) {
      try File.makeFolder(path, mode: 0o755)
      let folder = try File.open(path, LINUX_OPEN_FOLDER)
      try requireKill(in: folder.fd)
      return folder
    } catch {
      File.removeFolderIfEmpty(path)
      throw SetupFailure(reason: error.description)
    }
  }

  /// Kernels before 5.14 have no cgroup.kill.
  private static func requireKill(in folder: CInt) throws(SystemCallFailure) {
    let killer = try File.open("cgroup.kill", LINUX_OPEN_WRITE, in: folder)
    try File.status(killer.fd)
  }

  /// Kills what is left in the cgroup tree at `path` and removes it. Waits for the processes to go.
  static func remove(_ path: String) throws(SystemCallFailure) {
    guard let top = try File.folderIfThere(path) else { return }
    let killer = try File.open("cgroup.kill", LINUX_OPEN_WRITE, in: top.fd)
    let events = try File.open("cgroup.events", LINUX_OPEN_READ, in: top.fd)
    let poller = try Poller()
    try poller.add(events.fd, .priority, token: 0)
    try File.write("1", to: killer.fd)
    while !String(decoding: try File.head(events.fd, bytesMax: 256), as: UTF8.self)
      .contains("populated 0")
    {
      _ = try poller.wait(timeoutMilliseconds: 100)
    }
    var listing = FolderListing()
    let reading = try File.open(".", LINUX_OPEN_FOLDER, in: top.fd)
    while case let names = try listing.next(of: reading.fd), !names.isEmpty {
      for name in names {
        // The control files refuse; the slots, which are empty now, go.
        // SAFETY: a name of the listing ends with NUL, and the call only reads it.
        _ = unsafe name.withUnsafeBufferPointer { text in
          unsafe linux_rmdirat(top.fd, text.baseAddress!)
        }
      }
    }
    try File.removeFolder(path)
  }

  /// Mount point of cgroup v2 and, in it, the cgroup of this process.
  static func ownPath() throws(SetupFailure) -> String {
    guard let mount = mountPoint(in: try text("/proc/self/mountinfo")) else {
      throw SetupFailure(reason: "cgroup v2 is not mounted")
    }
    let own = try text("/proc/self/cgroup")
    guard let line = own.fields(separatedBy: "\n").first(where: { $0.hasPrefix("0::/") }),
      !line.contains("/..")
    else { throw SetupFailure(reason: "this process has no cgroup below the mounted ones") }
    let relative = line.dropFirst(3)
    return relative == "/" ? mount : mount + relative
  }

  /// Where cgroup v2 is mounted; nil where it is not.
  static func mountPoint() throws(SystemCallFailure) -> String? {
    mountPoint(in: try File.text("/proc/self/mountinfo"))
  }

  private static func text(_ path: String) throws(SetupFailure) -> String {
    do throws(SystemCallFailure) {
      return try File.text(path)
    } catch {
      throw SetupFailure(reason: error.description)
    }
  }

  /// proc_pid_mountinfo(5): field 5 is the mount point; the type follows the field `-`.
  private static func mountPoint(in mounts: String) -> String? {
    for line in mounts.fields(separatedBy: "\n") {
      let fields = line.fields(separatedBy: " ")
      guard let dash = fields.firstIndex(of: "-"), fields.count > dash + 1, fields.count > 4 else {
        continue
      }
      if fields[dash + 1] == "cgroup2", !fields[4].contains("\\") { return String(fields[4]) }
    }
    return nil
  }
}
