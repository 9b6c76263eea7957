/// What the launcher works with once the table is closed: the policy, and all that was prepared
/// for it.
struct SealedPolicy: ~Copyable {
  let policy: LaunchPolicy
  let executables: [Executable]
  let folders: WorkFolders
  /// Nil where the host has no usable cgroup v2.
  let tree: CgroupTree?
  let keeper: KeeperProcess
  /// A sentence on what holds beyond the mandatory layers.
  let note: String
}
