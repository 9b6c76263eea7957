/// What the launcher works with once the table is closed: the policy, and all that was prepared
/// for it.
struct SealedPolicy: ~Copyable {
  let policy: LaunchPolicy
  let host: SealingHost
  /// The first table.
  let entries: [SealedEntry]
  let kinds: CellKinds
  /// One cell of each of the first kinds, to begin with.
  let cells: [Cell]
  let folders: WorkFolders
  /// Nil where the host has no usable cgroup v2.
  let tree: CgroupTree?
  let preparer: PreparerProcess
  let keeper: KeeperProcess
  /// The launcher's own PID namespace, to come back to.
  let ownPIDNamespace: Descriptor
  /// What reads the configuration again.
  let compiler: PinnedProgram?

  init(
    policy: LaunchPolicy, host: SealingHost, cells: consuming CellTable,
    folders: consuming WorkFolders, tree: consuming CgroupTree?, keeper: consuming KeeperProcess,
    compiler: PinnedProgram?
  ) throws(SystemCallFailure) {
    let namespace = try File.openNamespace("pid")
    self.policy = policy
    self.host = host
    self.compiler = compiler
    self.entries = cells.entries
    self.kinds = cells.kinds
    self.cells = cells.ready
    self.preparer = cells.preparer
    self.folders = folders
    self.tree = tree
    self.keeper = keeper
    self.ownPIDNamespace = namespace
  }
}
