internal import CLaunch
internal import CLinux
internal import Glibc
internal import SandboxBase

/// Receives the policy and its entries up to the seal. Every check that can refuse them, and every
/// preparation, happens here.
struct LauncherSetup: ~Copyable {
  /// The host cannot honour the policy.
  struct Refusal: Error {
    let text: String
  }

  private var gate = RequestGate()
  private var policy: LaunchPolicy?
  private var entries: [CompiledEntry] = []
  private var executables: [Executable] = []
  private var mounts: MountReader

  private init() throws(SystemCallFailure) {
    mounts = try MountReader()
  }

  /// Receives policy and entries, and seals the table.
  ///
  /// - Returns: the sealed launcher; nil when the other end left before the seal.
  static func run(_ channel: consuming Channel) throws -> Launcher? {
    guard let sealed = try prepare(channel) else { return nil }
    return try Launcher(channel: channel, sealed)
  }

  private static func prepare(_ channel: borrowing Channel) throws -> SealedPolicy? {
    var setup = try LauncherSetup()
    do {
      guard try setup.receiveTable(from: channel) else { return nil }
      return try setup.seal()
    } catch let refusal as Refusal {
      try channel.send(Reply.refused(refusal.text).bytes)
      try drain(channel)
      throw refusal
    }
  }

  /// Ending with unread requests would reset the channel, and the refusal would be lost with them.
  private static func drain(_ channel: borrowing Channel) throws(SystemCallFailure) {
    var buffer = [UInt8](repeating: 0, count: Request.bytesMax)
    while try channel.receive(using: &buffer, waits: true) != nil {}
  }

  /// - Returns: true once the seal came, false when the other end left.
  private mutating func receiveTable(from channel: borrowing Channel) throws -> Bool {
    var buffer = [UInt8](repeating: 0, count: Request.bytesMax)
    while let message = try channel.receive(using: &buffer, waits: true) {
      var cursor = WireCursor(message.bytes)
      let code = try cursor.u32()
      let row = try gate.admit(code, byteCount: message.bytes.count, message.descriptors)
      guard case .setup(let serve) = row.handler else { throw WireError.notPermitted(code) }
      try serve(&self, try Request.read(row.kind, from: &cursor))
      if gate.phase == .sealed { return true }
    }
    return false
  }

  /// The policy: what holds for all entries.
  mutating func accept(_ request: Request) {
    if case .policy(let policy) = request { self.policy = policy }
  }

  /// One entry, whose executable is looked at for the first time.
  mutating func add(_ request: Request) throws {
    guard case .entry(let entry) = request else { return }
    executables.append(try Self.executable(entry.policy.path, avoiding: try mounts.remote()))
    entries.append(entry)
  }

  static func executable(
    _ name: String, avoiding remote: RemoteMountTable
  ) throws(Refusal) -> Executable {
    do throws(TrustedPath.Refusal) {
      return try Executable(name: name, avoiding: remote)
    } catch {
      throw Refusal(text: error.text(ofEntry: name))
    }
  }

  private func seal() throws -> SealedPolicy {
    guard let policy else { throw WireError.notPermitted(Request.Kind.seal.rawValue) }
    for entry in entries {
      try Self.checkLimits(entry.policy)
      try Self.checkDumpable(entry.policy)
    }
    let instanceName = InstanceName.random()
    let root = try Self.makeRoot(policy)
    // Before there is anything that it would have to remove.
    let janitor = try JanitorProcess(
      Janitor.StartArguments(
        instancePath: root + "/" + instanceName, cgroupPath: CgroupTree.path(of: instanceName),
        identities: policy.mode == .root ? policy.identities : nil))
    do {
      try janitor.watch()
      let instanceFolder = try Self.makeInstanceFolder(policy, root, instanceName)
      try janitor.lockInstance()
      var tree: CgroupTree?
      var cgroup = KernelFeatures.ControlGroups()
      do throws(CgroupTree.SetupFailure) {
        tree = try CgroupTree(instanceName: instanceName, besides: janitor.pid)
        cgroup.controllers = tree?.controllers ?? []
        cgroup.remedy = tree?.remedy ?? ""
        if let path = tree?.path { cgroup.hasIOWeight = CgroupFile.hasWeight(in: path) }
      } catch {
        cgroup.missing = error.reason
        try janitor.findByUID()
      }
      StaleInstances.remove(besides: instanceFolder, policy)
      let host = try HostSnapshot(policy, cgroup: cgroup)
      let sandboxes = try SandboxTable(entries, executables, on: host)
      let compiler = try policy.reload.map { (plan) throws(SystemCallFailure) in
        PinnedProgram(try HelperProgram(path: plan.program))
      }
      try PrivilegeDrop.keepOnly([
        .changeOwner, .overrideAccess, .fileOwner, .kill, .setGroupID, .setUserID,
        .setCapabilities, .changeRoot, .trace, .administer, .nice, .raiseLimits,
      ])
      return try SealedPolicy(
        policy: policy, host: host, sandboxes: sandboxes, instanceFolder: instanceFolder,
        tree: tree, janitor: janitor,
        compiler: compiler)
    } catch {
      janitor.finish()
      throw error
    }
  }

  /// Between the change of its ids and exec a job's process still has the launcher's memory. With
  /// fs.suid_dumpable at 1 other processes of its account could open that (proc(5)); a job with an
  /// id of its own has no others.
  static func dumpableRefusal(account: FixedIdentity?, setting: String) -> String? {
    guard account != nil, setting.prefix(1) == "1" else { return nil }
    return "The sysctl fs.suid_dumpable is 1, by which other processes of an account that jobs run "
      + "as could read the memory of the launcher. Set it to 0 or 2, or leave `user` out."
  }

  static func checkDumpable(_ policy: EntryPolicy) throws {
    let setting = try File.text("/proc/sys/fs/suid_dumpable")
    let refusal = dumpableRefusal(account: policy.account, setting: setting)
    if let refusal { throw Refusal(text: refusal) }
  }

  static func checkLimits(_ policy: EntryPolicy) throws {
    guard try !Capability.isEffective(.raiseLimits) else { return }
    for limit in policy.limits.all {
      let hard = try ProcessLimits.hard(limit.resource)
      guard limit.hard > hard else { continue }
      throw Refusal(
        text: "The limit \(limit.resource) of \(limit.hard) is above this process's own, \(hard), "
          + "and CAP_SYS_RESOURCE to raise it is missing. Ask for at most \(hard).")
    }
  }

  private static func makeInstanceFolder(
    _ policy: LaunchPolicy, _ root: String, _ instanceName: String
  ) throws(Refusal) -> InstanceFolder {
    do throws(SystemCallFailure) {
      return try InstanceFolder(parent: root, instanceName: instanceName)
    } catch {
      throw Refusal(text: "The work folder \(policy.workRoot) cannot be used: \(error).")
    }
  }

  private static func makeRoot(_ policy: LaunchPolicy) throws(Refusal) -> String {
    do throws(TrustedPath.Refusal) {
      return try InstanceFolder.makeRoot(policy.workRoot, getuid())
    } catch {
      throw Refusal(text: error.text(ofWorkFolder: policy.workRoot))
    }
  }
}
