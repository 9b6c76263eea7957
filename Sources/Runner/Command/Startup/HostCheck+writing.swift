internal import RunnerConfiguration
internal import SandboxBase
internal import SandboxClient

extension HostCheck {
  /// What no start refuses and the operator should know, sentences: where links lead, and for each
  /// path of `write` in which no job of the entry could write anything, what stands in the way.
  static func notes(of entry: ConfiguredEntry, _ service: ServiceSettings) -> [String] {
    links(of: entry, service).notes + unwritableNotes(of: entry, service)
  }

  private static func unwritableNotes(
    of entry: ConfiguredEntry, _ service: ServiceSettings
  ) -> [String] {
    guard !service.sameUser else { return [] }
    let policy = resolved(entry, service)
    let range = IdentityRange(first: service.idRange.lowerBound, last: service.idRange.upperBound)
    guard let own = range?.job(0) else { return [] }
    let uid = policy.account?.uid ?? own
    let gid = policy.account?.gid ?? own
    return EntryInspection.unwritablePaths(of: policy, uid: uid, gid: gid).map { found in
      guard !found.isReadOnly else {
        return "write: no job can write \(found.path): its file system is mounted read-only."
      }
      let user = AccountLookup.userName(found.uid)
      let group = AccountLookup.groupName(found.gid)
      return "write: no job can write \(found.path): it belongs to \(user):\(group) with the mode "
        + "\(octal(found.mode)), and jobs run as \(jobs(entry, policy)). "
        + remedy(for: found, user: user, group: group)
    }
  }

  private static func jobs(_ entry: ConfiguredEntry, _ policy: EntryPolicy) -> String {
    let user = entry.account ?? "users of their own"
    guard !policy.groups.isEmpty else { return user }
    return user + ", in " + policy.groups.map(AccountLookup.groupName).joined(separator: ", ")
  }

  private static func remedy(
    for found: EntryInspection.UnwritablePath, user: String, group: String
  ) -> String {
    if found.uid != 0, found.mode & 0o300 == 0o300 { return "Give the entry user: \"\(user)\"." }
    if found.gid != 0 {
      let change = found.mode & 0o030 == 0o030 ? "" : ", and the group the right: chmod g+rwx"
      return "Give the entry groups: [\"\(group)\"]\(change)."
    }
    return "Give the folder a group (chgrp, chmod g+rwxs), and the entry the same one as groups."
  }

  /// Four digits, as chmod(1) writes a mode.
  static func octal(_ mode: UInt32) -> String {
    let digits = String(mode, radix: 8)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
