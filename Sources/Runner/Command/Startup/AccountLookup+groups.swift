internal import Glibc
internal import RunnerConfiguration
internal import SandboxBase

/// Groups by name or number (getgrnam(3)), and those of an account (getgrouplist(3)).
///
/// SAFETY: what the calls return is static storage of the C library; this runs while the process
/// has one thread, and numbers and names are copied before the next call. getgrouplist(3) writes at
/// most the count that it is given.
extension AccountLookup {
  /// Groups whose members are as good as root, or read what is root's alone.
  private static let powerfulGroups = [
    "root", "disk", "kmem", "shadow", "sudo", "wheel", "docker", "lxd", "incus", "incus-admin",
    "libvirt",
  ]

  /// The groups of an entry's `groups`.
  ///
  /// - Parameters:
  ///   - names: names, numbers, and `@user` for those that `account` is in.
  ///   - account: the `user` of the entry; nil where it has none.
  ///   - option: where they were named.
  /// - Returns: ids in ascending order, each once.
  /// - Throws: `StartFailure` for a group that this host has not, for one that is as good as root,
  ///   and for more than a job can have.
  static func groups(
    _ names: [String], account: String?, option: String
  ) throws(StartFailure) -> [UInt32] {
    var ids: Set<UInt32> = []
    for name in names {
      let found = name == GroupValue.ofUser ? groups(of: account) : id(of: name).map { [$0] }
      guard let found else {
        throw .configuration("\(option) \(name): this host has no such group. See: getent group")
      }
      try requireOrdinary(found, option: "\(option) \(name)")
      ids.formUnion(found)
    }
    guard ids.count <= EntryPolicy.groupsMax else {
      throw .configuration(
        "\(option): \(ids.count) groups, and a job has at most \(EntryPolicy.groupsMax). Name "
          + "those that it needs.")
    }
    return ids.sorted()
  }

  /// Refuses groups that are as good as root.
  static func requireOrdinary(_ ids: [UInt32], option: String) throws(StartFailure) {
    for powerful in powerfulGroups {
      guard let id = id(of: powerful), ids.contains(id) else { continue }
      throw .configuration(
        "\(option): who is in the group \(powerful) is as good as root. Make a group of its own "
          + "for the files that jobs share.")
    }
    guard !ids.contains(0) else {
      throw .configuration("\(option): jobs are never in root's group.")
    }
  }

  /// Name of a group, or its number where this host has no name for it.
  static func groupName(_ id: UInt32) -> String {
    guard let found = unsafe getgrgid(id) else { return "\(id)" }
    return unsafe String(cString: found.pointee.gr_name)
  }

  /// Name of a user, or its number where this host has no name for it.
  static func userName(_ id: UInt32) -> String {
    guard let found = unsafe getpwuid(id) else { return "\(id)" }
    return unsafe String(cString: found.pointee.pw_name)
  }

  /// The number of any user, root among them.
  ///
  /// - Parameter option: where it was named.
  /// - Throws: `StartFailure` for one that this host has not.
  static func user(_ name: String, option: String) throws(StartFailure) -> UInt32 {
    if let number = UInt32(name) { return number }
    guard let found = unsafe getpwnam(name) else {
      throw .configuration("\(option)\(name): this host has no such user. See: getent passwd")
    }
    return unsafe found.pointee.pw_uid
  }

  /// The number of any group, root's among them.
  ///
  /// - Parameter option: where it was named.
  /// - Throws: `StartFailure` for one that this host has not.
  static func group(_ name: String, option: String) throws(StartFailure) -> UInt32 {
    if let number = UInt32(name) { return number }
    guard let found = id(of: name) else {
      throw .configuration("\(option)\(name): this host has no such group. See: getent group")
    }
    return found
  }

  private static func id(of group: String) -> UInt32? {
    let found = unsafe UInt32(group).map { unsafe getgrgid($0) } ?? getgrnam(group)
    return unsafe found?.pointee.gr_gid
  }

  /// The groups that an account is in, its primary one among them; nil for no account.
  private static func groups(of account: String?) -> [UInt32]? {
    guard let account else { return nil }
    let found = unsafe UInt32(account).map { unsafe getpwuid($0) } ?? getpwnam(account)
    guard let found = unsafe found else { return nil }
    let name = unsafe String(cString: found.pointee.pw_name)
    let primary = unsafe found.pointee.pw_gid
    // As many as a process can have (NGROUPS_MAX of limits.h).
    var ids = [UInt32](repeating: 0, count: 65536)
    var count = Int32(ids.count)
    let answer = unsafe ids.withUnsafeMutableBufferPointer { buffer in
      unsafe getgrouplist(name, primary, buffer.baseAddress!, &count)
    }
    return answer < 0 ? nil : Array(ids.prefix(Int(count)))
  }
}
