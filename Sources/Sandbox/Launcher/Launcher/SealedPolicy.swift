internal import SandboxBase
internal import SystemBase

/// Everything that the launcher needs after the seal.
struct SealedPolicy: ~Copyable {
  let policy: LaunchPolicy
  let host: HostSnapshot
  /// The first table.
  let entries: [SealedEntry]
  let specs: SandboxSpecTable
  /// One sandbox of each of the first specs, to begin with. The launcher takes them out: a
  /// reference left here would keep the first job's sandbox, and its mounts, after its end.
  var sandboxes: [PrebuiltSandbox]
  let instanceFolder: InstanceFolder
  /// Nil where the host has no usable cgroup v2.
  let tree: CgroupTree?
  let factory: FactoryProcess
  let janitor: JanitorProcess
  /// The launcher's own PID namespace, to come back to.
  let ownPIDNamespace: Descriptor
  /// The program that reads the configuration for a reload; nil where reloads are not possible.
  let compiler: PinnedProgram?

  init(
    policy: LaunchPolicy, host: HostSnapshot, sandboxes: consuming SandboxTable,
    instanceFolder: consuming InstanceFolder, tree: consuming CgroupTree?,
    janitor: consuming JanitorProcess,
    compiler: PinnedProgram?
  ) throws(SystemCallFailure) {
    let namespace = try File.openNamespace("pid")
    self.policy = policy
    self.host = host
    self.compiler = compiler
    self.entries = sandboxes.entries
    self.specs = sandboxes.specs
    self.sandboxes = sandboxes.ready
    self.factory = sandboxes.factory
    self.instanceFolder = instanceFolder
    self.tree = tree
    self.janitor = janitor
    self.ownPIDNamespace = namespace
  }
}
