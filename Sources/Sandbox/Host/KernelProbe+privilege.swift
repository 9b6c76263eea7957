internal import CLinux

extension KernelProbe {
  /// What a launcher uses as root, by the kernel's numbers (linux/capability.h).
  private static let needed: [(number: UInt64, name: String)] = [
    (0, "CAP_CHOWN"), (1, "CAP_DAC_OVERRIDE"), (3, "CAP_FOWNER"), (5, "CAP_KILL"),
    (6, "CAP_SETGID"), (7, "CAP_SETUID"), (8, "CAP_SETPCAP"), (18, "CAP_SYS_CHROOT"),
    (21, "CAP_SYS_ADMIN"),
  ]

  static func privilege() throws(SystemCallFailure) -> KernelFeatures.Privilege {
    var privilege = KernelFeatures.Privilege()
    privilege.effectiveUser = linux_geteuid()
    let held = try Capability.sets().effective
    privilege.missingCapabilities = needed.filter { held & 1 << $0.number == 0 }.map(\.name)
    privilege.users = KernelFeatures.Privilege.ranges(ofMap: try File.text("/proc/self/uid_map"))
    privilege.groups = KernelFeatures.Privilege.ranges(ofMap: try File.text("/proc/self/gid_map"))
    privilege.deniesSetgroups = try File.text("/proc/self/setgroups").hasPrefix("deny")
    privilege.supplementaryGroups = Int(try checked("getgroups", linux_getgroups_count()))
    return privilege
  }
}
