internal import CLaunch
internal import CLinux
internal import Glibc
package import SandboxBase
internal import SystemBase

/// The sandbox factory (zygote): a process that prebuilds namespaces, mounts, tmpfs, /proc and
/// Landlock rulesets, so that a launch only joins them. It may create mounts and namespaces, and
/// its only peer is the launcher.
package struct SandboxFactory: ~Copyable {
  /// The arguments of the factory process.
  package struct StartArguments: Equatable, Sendable {
    /// Uid and gid of sandbox inits; nil where the factory is unprivileged and enters a user
    /// namespace.
    let initID: UInt32?

    var arguments: [String] { [initID.map { "\($0)" } ?? "same-user"] }

    init(initID: UInt32?) {
      self.initID = initID
    }

    /// Reads the arguments of the process; nil for others than `arguments` makes.
    package init?(arguments: [String]) {
      guard arguments.count == 1 else { return nil }
      guard arguments[0] != "same-user" else {
        self.initID = nil
        return
      }
      guard let initID = UInt32(arguments[0]), initID >= IdentityRange.lowest else { return nil }
      self.initID = initID
    }
  }

  private let startArguments: StartArguments
  private let launcher: Channel
  private let reports: InitReports
  private let home: Descriptor
  private var mounts: MountReader
  private var sources = SourceWatch()
  private let filter: [UInt8]
  private var specs: [SandboxSpec] = []
  /// By spec; nil for sandboxes without a tree.
  private var templates: [RootTemplate?] = []
  private var buffer = [UInt8](repeating: 0, count: FactoryRequest.bytesMax)

  /// Prepares this process: signals, user namespace where it is unprivileged, and the filter of
  /// sandbox inits, which is the first message of the launcher.
  ///
  /// - Parameter launcher: the channel that requests arrive on; the only peer.
  /// - Throws: `SystemCallFailure` for a call that the kernel refuses or a launcher that is gone,
  ///   `WireError` for another first message; the process must end then.
  package init(_ startArguments: StartArguments, launcher: consuming Channel) throws {
    try checked("sigprocmask", linux_block_all_signals())
    try checked("sigaction", linux_ignore_children())
    umask(0)  // Modes in the trees are what they say.
    if startArguments.initID == nil {
      try Self.enterUserNamespace()
    } else {
      try checked("prctl", linux_set_dumpable(0))
    }
    let home = try File.openNamespace("mnt")
    let filter = try Self.receiveFilter(from: launcher)
    let reports = try InitReports()
    let mounts = try MountReader()
    self.startArguments = startArguments
    self.launcher = launcher
    self.home = home
    self.mounts = mounts
    self.filter = filter
    self.reports = reports
  }

  private static func receiveFilter(from launcher: borrowing Channel) throws -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: FactoryRequest.bytesMax)
    guard let message = try launcher.receive(using: &buffer, waits: true) else {
      throw SystemCallFailure(call: "recvmsg", code: ECONNRESET, object: "the launcher")
    }
    guard case .initFilter(let filter) = try FactoryRequest(message.bytes) else {
      throw WireError.badValue("first request")
    }
    return filter.flatMap(\.bytes)
  }

  /// Enters a user namespace that maps only the own uid and gid: it grants every capability over
  /// the namespaces made in it (user_namespaces(7)).
  private static func enterUserNamespace() throws(SystemCallFailure) {
    let uid = getuid()
    let gid = getgid()
    try checked("unshare", "user namespace", linux_unshare_user())
    for (file, text) in [
      ("setgroups", "deny"), ("uid_map", "\(uid) \(uid) 1"), ("gid_map", "\(gid) \(gid) 1"),
    ] {
      let path = "/proc/self/\(file)"
      // SAFETY: both strings are C strings for the call, which reads `text.utf8.count` bytes of the
      // second.
      let answer = unsafe path.withCString { path in
        unsafe text.withCString {
          unsafe linux_write_file(path, $0, UInt64(text.utf8.count))
        }
      }
      try checked("write", path, answer)
    }
    // The host's mount namespace is not the new user namespace's, and could not be come back to.
    try checked("unshare", "mount namespace", linux_unshare_mnt_slave())
  }

  /// Serves requests until the launcher has exited. Every sandbox is killed with this process.
  ///
  /// - Throws: `SystemCallFailure` when the channel, the network namespace or the dropping of
  ///   privilege fails, `WireError` for a malformed request; the process must end then.
  package mutating func run() throws {
    try makeSharedNetwork()
    while let message = try launcher.receive(using: &buffer, waits: true) {
      switch try FactoryRequest(message.bytes) {
      case .spec(let spec): try addSpec(spec)
      case .sandbox(let specIndex): try makeSandbox(specIndex)
      case .retire(let specIndex): try retire(specIndex)
      case .mounter(let specIndex): try startMounter(specIndex)
      case .initFilter: throw WireError.badValue("second filter")
      }
    }
  }

  /// Creates the empty network namespace that jobs without a network share, and replies with it.
  /// The factory stays in it and so has no network itself.
  private func makeSharedNetwork() throws {
    try checked("unshare", "network namespace", linux_unshare_net())
    let empty = try File.openNamespace("net")
    try PrivilegeDrop.keepOnly([
      .overrideAccess, .kill, .setGroupID, .setUserID, .setCapabilities, .administerNetwork,
      .changeRoot, .administer, .makeDevice, .trace,
    ])
    try send(FactoryReply(specIndex: .max, contents: .network), [empty.fd])
  }

  /// EPIPE is ignored: the next receive reports that the launcher has exited.
  private func send(
    _ reply: FactoryReply, _ descriptors: [Int32] = []
  ) throws(SystemCallFailure) {
    do throws(SystemCallFailure) {
      try launcher.send(reply.bytes, descriptors: descriptors)
    } catch {
      guard error.code == EPIPE else { throw error }
    }
  }

  private mutating func addSpec(_ spec: SandboxSpec) throws {
    let specIndex = UInt32(specs.count)
    specs.append(spec)
    // Specs and trees go by the same numbers, also where one could not be built.
    templates.append(nil)
    do throws(SystemCallFailure) {
      if spec.hasTree {
        templates[Int(specIndex)] = try buildTemplate(spec)
      }
      try send(FactoryReply(specIndex: specIndex))
    } catch {
      let fault = LaunchStepFailure(.sandboxTree, error)
      try send(FactoryReply(specIndex: specIndex, fault: fault, object: error.description))
    }
  }

  private mutating func buildTemplate(_ spec: SandboxSpec) throws(SystemCallFailure) -> RootTemplate
  {
    let remote = try mounts.remote()
    let now = sources.now(mounts)
    let isWatched = sources.watch(spec.templateSources, besides: remote)
    let template = try RootTemplate(spec, home: home.fd)
    template.currentAt = isWatched ? now : nil
    try AddressSpace.excludeFromCopies()
    return template
  }

  private mutating func isCurrent(
    _ template: RootTemplate, _ spec: SandboxSpec
  ) throws(SystemCallFailure) -> Bool {
    let remote = try mounts.remote()
    let now = sources.now(mounts)
    if template.currentAt == now { return true }
    let isWatched = sources.watch(spec.templateSources, besides: remote)
    guard try template.isCurrent(besides: remote) else { return false }
    template.currentAt = isWatched ? now : nil
    return true
  }

  /// Drops the root template; sandboxes that were built from it stay.
  private mutating func retire(_ specIndex: UInt32) throws {
    guard Int(specIndex) < templates.count else { throw WireError.badValue("spec") }
    templates[Int(specIndex)] = nil
  }

  /// Starts the process that mounts the host paths of a spec.
  private func startMounter(_ specIndex: UInt32) throws {
    guard Int(specIndex) < specs.count else { throw WireError.badValue("spec") }
    do throws(SystemCallFailure) {
      let mounter = try PathMounter.start(specs[Int(specIndex)])
      try send(
        FactoryReply(specIndex: specIndex, contents: [.mounterProcess, .mounterChannel]),
        [mounter.process.fd, mounter.channel.fd])
    } catch {
      let fault = LaunchStepFailure(.hostPath, error)
      try send(FactoryReply(specIndex: specIndex, fault: fault, contents: .noMounter))
    }
  }

  private mutating func makeSandbox(_ specIndex: UInt32) throws {
    guard Int(specIndex) < templates.count else { throw WireError.badValue("spec") }
    let made: InitReports.Report
    do throws(LaunchStepFailure) {
      made = try makeSandbox(of: Int(specIndex))
    } catch {
      return try send(FactoryReply(specIndex: specIndex, fault: error))
    }
    // Ours are closed with `made`, once the launcher has its own.
    defer { withExtendedLifetime(made) {} }
    try send(FactoryReply(specIndex: specIndex, contents: made.contents), made.descriptors.fds)
  }

  private mutating func makeSandbox(of specIndex: Int) throws(LaunchStepFailure)
    -> InitReports.Report
  {
    do throws(SystemCallFailure) {
      if let template = templates[specIndex], try !isCurrent(template, specs[specIndex]) {
        templates[specIndex] = try buildTemplate(specs[specIndex])
      }
    } catch {
      throw LaunchStepFailure(.sandboxTree, error)
    }
    let start = SandboxClone(
      spec: specs[specIndex], rules: templates[specIndex]?.rules ?? [],
      initID: startArguments.initID,
      filter: filter,
      report: reports.initEnd, factoryEnd: reports.factoryEnd)
    let initProcess: SandboxClone.InitProcess
    do throws(SystemCallFailure) {
      initProcess = try Self.run(start, in: templates[specIndex], home: home.fd)
    } catch {
      throw LaunchStepFailure(.sandboxClone, error)
    }
    return try reports.receive(from: initProcess)
  }

  /// Clones in the mount namespace of the template, because clone3 copies the caller's.
  private static func run(
    _ start: SandboxClone, in template: RootTemplate?, home: CInt
  ) throws(SystemCallFailure) -> SandboxClone.InitProcess {
    guard let template else { return try start.run() }
    try checked("setns", "mnt", linux_setns_mnt(template.namespace.fd))
    do throws(SystemCallFailure) {
      let initProcess = try start.run()
      try RootTemplate.goHome(home)
      return initProcess
    } catch {
      try RootTemplate.goHome(home)
      throw error
    }
  }
}
