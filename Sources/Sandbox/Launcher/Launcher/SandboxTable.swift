internal import CLaunch
internal import CLinux
internal import Glibc
internal import SandboxBase

/// The sealed entries with their specs, each built once as a check, and the factory process.
struct SandboxTable: ~Copyable {
  let entries: [SealedEntry]
  let specs: SandboxSpecTable
  /// One of each of the first specs.
  let ready: [PrebuiltSandbox]
  let factory: FactoryProcess

  /// Specs of which a sandbox is built at the seal and kept in the warm pool.
  private static let readyMax = 64

  /// - Throws: `LauncherSetup.Refusal` for an entry whose sandboxes this host cannot make.
  init(
    _ entries: [CompiledEntry], _ executables: [Executable], on host: HostSnapshot
  ) throws {
    let factory = try FactoryProcess(
      SandboxFactory.StartArguments(initID: host.mode == .sameUser ? nil : host.initID),
      initFilter: host.initFilter)
    var specs = SandboxSpecTable()
    let sealed = try Self.seal(entries, executables, on: host, &specs)
    self.ready = try Self.validate(specs, factory)
    self.entries = sealed
    self.specs = specs
    self.factory = factory
  }

  /// Seals entries against a host; new specs are added to `specs`.
  static func seal(
    _ entries: [CompiledEntry], _ executables: [Executable], on host: HostSnapshot,
    _ specs: inout SandboxSpecTable
  ) throws -> [SealedEntry] {
    var specHost = host.specHost
    specHost.settingNames = try FolderListing.names(in: "/etc")
    var sealed: [SealedEntry] = []
    for (entry, executable) in zip(entries, executables) {
      var enforcement = try Self.enforcement(entry.policy, on: host)
      let spec = SandboxSpec(entry.policy, programs: executable.programs, on: specHost)
      enforcement.hasHostPaths = !spec.hostPaths.isEmpty
      if !spec.isNeeded,
        host.mode == .sameUser || (entry.policy.account != nil && !host.hasCgroups)
      {
        throw LauncherSetup.Refusal(text: Self.withoutBounds(entry.policy.path))
      }
      let specIndex = spec.isNeeded ? specs.index(of: spec, for: entry.policy.path) : nil
      sealed.append(
        SealedEntry(
          policy: entry.policy, filter: entry.filter, fixed: try LaunchCall.FixedPlan(entry),
          arguments: try CompiledArgumentRules(entry.policy.arguments),
          argumentFolders: entry.policy.argumentFolders,
          executable: executable, spec: spec, specIndex: specIndex,
          enforcement: enforcement))
    }
    return sealed
  }

  private static func enforcement(
    _ policy: EntryPolicy, on host: HostSnapshot
  ) throws(LauncherSetup.Refusal) -> Enforcement {
    do throws(EnforcementRefusal) {
      return try Enforcement.plan(for: policy, on: host.features, mode: host.mode)
    } catch {
      throw LauncherSetup.Refusal(text: "The entry \(policy.path) is refused. \(error)")
    }
  }

  private static func withoutBounds(_ path: String) -> String {
    "The entry \(path) leaves out the PID namespace on a host without cgroup v2, and its jobs have "
      + "no uid of their own: what they leave behind could not be told apart. Keep the layer "
      + "pid-namespace, or mount cgroup v2."
  }

  private static func validate(
    _ specs: SandboxSpecTable, _ factory: borrowing FactoryProcess
  ) throws -> [PrebuiltSandbox] {
    var ready: [PrebuiltSandbox] = []
    for (specIndex, spec) in specs.specs.enumerated() {
      guard let spec else { continue }
      do {
        try factory.addSpec(spec)
        guard specIndex < readyMax else { continue }
        try factory.requestSandbox(specIndex)
        guard let delivery = try factory.receiveReply(waits: true) else { continue }
        if let fault = delivery.reply.fault {
          throw FactoryProcess.Refusal(fault: fault, object: delivery.reply.object)
        }
        if let sandbox = delivery.sandbox { ready.append(sandbox) }
      } catch let refusal as FactoryProcess.Refusal {
        throw LauncherSetup.Refusal(text: refusalText(refusal, owner: specs.owners[specIndex]))
      }
    }
    return ready
  }

  static func refusalText(_ refusal: FactoryProcess.Refusal, owner: String) -> String {
    let reason = refusal.object.isEmpty ? refusal.fault.message : refusal.object + "."
    let remedy =
      refusal.fault.step == .sandboxTree
      ? "Name existing devices without symbolic links."
      : "`http-runner doctor` says what this host lacks; `without` in the configuration leaves a "
        + "layer out by name."
    return "No sandbox can be made for jobs of \(owner): \(reason) \(remedy)"
  }
}
