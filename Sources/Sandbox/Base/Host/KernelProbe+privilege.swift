internal import CLinux

extension KernelProbe {
  /// What a launcher uses as root.
  private static let needed: [Capability] = [
    .changeOwner, .overrideAccess, .fileOwner, .kill, .setGroupID, .setUserID, .setCapabilities,
    .changeRoot, .trace, .administer,
  ]

  static func privilege() throws(SystemCallFailure) -> KernelFeatures.Privilege {
    var privilege = KernelFeatures.Privilege()
    privilege.effectiveUser = linux_geteuid()
    let held = try CapabilitySets.current().effective
    privilege.missingCapabilities =
      needed.filter { held & Capability.mask([$0]) == 0 }.map(\.name)
    privilege.administersNetwork = held & Capability.mask([.administerNetwork]) != 0
    privilege.users = KernelFeatures.Privilege.ranges(ofMap: try File.text("/proc/self/uid_map"))
    privilege.groups = KernelFeatures.Privilege.ranges(ofMap: try File.text("/proc/self/gid_map"))
    privilege.deniesSetgroups = try File.text("/proc/self/setgroups").hasPrefix("deny")
    privilege.supplementaryGroups = Int(try checked("getgroups", linux_getgroups_count()))
    return privilege
  }
}
