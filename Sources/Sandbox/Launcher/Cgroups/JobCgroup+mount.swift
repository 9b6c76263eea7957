internal import CLinux
internal import SandboxBase
internal import SystemBase

extension JobCgroup {
  /// A detached, read-only mount of it, for `/sys/fs/cgroup` of its job's tree: Java, Node, Go and
  /// others size heaps and thread pools by memory.max and cpu.max of what is mounted there
  /// (Documentation/admin-guide/cgroup-v2.rst).
  ///
  /// - Returns: nil where no controller bounds the job.
  func readOnlyMount() throws(SystemCallFailure) -> SharedDescriptor? {
    guard !controllers.isEmpty else { return nil }
    // The job is neither its owner nor in its group, and the launcher's umask may be 077.
    try checked("fchmod", "cgroup", linux_fchmod(cgroup.folder.fd, 0o755))
    let copied = try checked("open_tree", "cgroup", linux_open_tree(cgroup.folder.fd))
    let mount = SharedDescriptor(Descriptor(adopting: copied))
    let attributes = LINUX_MOUNT_RDONLY | LINUX_MOUNT_NODEV | LINUX_MOUNT_NOEXEC
    try checked(
      "mount_setattr", "cgroup", linux_mount_setattr_recursive(mount.fd, UInt32(attributes)))
    return mount
  }
}
