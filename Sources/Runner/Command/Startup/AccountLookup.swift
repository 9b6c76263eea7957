internal import Glibc
internal import RunnerConfiguration
internal import SandboxBase
internal import SystemBase

/// Looks up accounts in the user database (getpwnam(3)), before privileges are dropped.
enum AccountLookup {
  /// The id range of `options`, checked to hold no id of the user database.
  static func range(_ options: ServiceSettings) throws(StartFailure) -> IdentityRange {
    let wanted = options.idRange
    guard let range = IdentityRange(first: wanted.lowerBound, last: wanted.upperBound) else {
      throw .configuration("The id range \(text(wanted)) is not usable; see --help.")
    }
    try checkNamespace(range)
    // SAFETY: what getpwuid(3) returns is compared with nil and not read.
    for id in wanted where unsafe getpwuid(id) != nil || getgrgid(id) != nil {
      throw .configuration(
        "The id \(id) of the range \(text(wanted)) has an owner on this host. Give another "
          + "range with --id-range FIRST-LAST.")
    }
    for file in ["/etc/subuid", "/etc/subgid"] {
      if let owner = subordinateOwner(of: wanted, in: file) {
        throw .configuration(
          "The id range \(text(wanted)) meets one that \(file) gives to \(owner). Give another "
            + "range with --id-range FIRST-LAST.")
      }
    }
    return range
  }

  /// Ids below 65536 are for a user namespace that maps no others, as that of a container.
  private static func checkNamespace(_ range: IdentityRange) throws(StartFailure) {
    let mapped = HostFile.lines(of: "/proc/self/uid_map").map { lines in
      KernelFeatures.Privilege.ranges(ofMap: lines.joined(separator: "\n"))
    }
    guard let mapped, let highest = mapped.map(\.upperBound).max() else { return }
    let words = "\(range.first)-\(range.last)"
    if highest < IdentityRange.lowestUnowned {
      guard highest < range.last else { return }
      throw .configuration(
        "This user namespace has the ids up to \(highest) only, and none of the range \(words). "
          + "Give one within with --id-range FIRST-LAST, of ids that no account of this container "
          + "has or will have.")
    }
    guard range.first < IdentityRange.lowestUnowned else { return }
    throw .configuration(
      "The id range \(words) begins below \(IdentityRange.lowestUnowned): those ids have owners. "
        + "Give another range with --id-range FIRST-LAST.")
  }

  /// The account of a `user`.
  ///
  /// - Parameter option: where it was named.
  static func fixed(
    _ name: String, option: String
  ) throws(StartFailure) -> FixedIdentity {
    // SAFETY: the record is static storage of the C library (getpwnam(3)); this runs while the
    // process has one thread, and the numbers are copied before the next call.
    let found = unsafe UInt32(name).map { unsafe getpwuid($0) } ?? getpwnam(name)
    guard let found = unsafe found else {
      throw .configuration("\(option) \(name): this host has no such user. See: getent passwd")
    }
    let uid = unsafe found.pointee.pw_uid
    let gid = unsafe found.pointee.pw_gid
    guard let identity = FixedIdentity(uid: uid, gid: gid) else {
      throw .configuration(
        "\(option) \(name) has uid \(uid) and gid \(gid): jobs never run as root, nor in its "
          + "group. Name an unprivileged user.")
    }
    try requireOrdinary([gid], option: "\(option) \(name)")
    return identity
  }

  private static func text(_ range: ClosedRange<UInt32>) -> String {
    "\(range.lowerBound)-\(range.upperBound)"
  }

  /// subuid(5): lines of `owner:first:count`. A file that is not there assigns no id.
  private static func subordinateOwner(
    of range: ClosedRange<UInt32>, in file: String
  ) -> String? {
    guard let lines = HostFile.lines(of: file) else { return nil }
    for line in lines {
      let fields = line.fields(separatedBy: ":")
      guard fields.count == 3, let first = UInt64(fields[1]), let count = UInt64(fields[2]),
        count > 0, first <= UInt64(range.upperBound)
      else { continue }
      // No sum, which a count of 64 bits would carry over.
      if first > UInt64(range.lowerBound) || count > UInt64(range.lowerBound) - first {
        return String(fields[0])
      }
    }
    return nil
  }
}
