internal import CLinux
internal import Glibc

/// Drops privilege for good and verifies that it cannot be regained.
package enum PrivilegeDrop {
  /// What could not be given up: the process must not go on.
  package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String
  }

  /// The calling process becomes `uid` and `gid`, without groups, without a capability in any set,
  /// and unable to gain one.
  ///
  /// The process has one thread, so that none is left behind with more.
  ///
  /// - Throws: `Failure` when more than one thread runs or something is left that was to be
  ///   dropped, `SystemCallFailure` when the kernel refuses a call; the process must end then.
  package static func becomeUnprivileged(uid: UInt32, gid: UInt32) throws {
    let threads = try ThreadCount().current()
    guard threads == 1 else {
      throw Failure(description: "\(threads) threads run before the drop; one may")
    }
    try emptyBoundingSet()
    try checked("prctl", linux_cap_ambient_clear_all())
    try checked("setgroups", linux_setgroups_empty())
    try checked("setresgid", linux_setresgid(gid))
    try checked("setresuid", linux_setresuid(uid))
    try keepCapabilities([])
    try checked("prctl", linux_set_no_new_privs())
    try verifyUnprivileged(uid: uid, gid: gid)
    // No process of the same uid may look into this one; there is none, but that is no proof.
    try checked("prctl", linux_set_dumpable(0))
  }

  /// The calling process, a copy of the launcher, becomes a job's ids and groups, without a
  /// capability in any set that it could use.
  ///
  /// - Throws: `Failure` when an id or a capability is left, `SystemCallFailure` when the kernel
  ///   refuses a call; the process must end then.
  package static func become(uid: UInt32, gid: UInt32, groups: [UInt32]) throws {
    // SAFETY: setgroups(2) reads as many numbers as the array has.
    let answer = unsafe groups.withUnsafeBufferPointer { buffer in
      unsafe linux_setgroups(buffer.baseAddress, UInt32(buffer.count))
    }
    try checked("setgroups", answer)
    try checked("setresgid", linux_setresgid(gid))
    try checked("setresuid", linux_setresuid(uid))
    try keepCapabilities([])
    guard linux_has_ids(uid, gid) == 1, linux_getgroups_count() == groups.count,
      linux_setresuid(0) < 0, linux_setresgid(0) < 0, try CapabilitySets.current().isEmpty
    else { throw Failure(description: "a privilege of the launcher is left") }
    try checked("prctl", linux_set_dumpable(0))
  }

  /// What is left to give up for a process that never had privilege: the ways to it.
  ///
  /// - Throws: `Failure` when a capability is left, `SystemCallFailure` when the kernel refuses a
  ///   call; the process must end then.
  package static func forbidNewPrivileges() throws {
    try checked("prctl", linux_set_no_new_privs())
    guard linux_get_no_new_privs() == 1, try CapabilitySets.current().isEmpty else {
      throw Failure(description: "capabilities are left")
    }
    try checked("prctl", linux_set_dumpable(0))
  }

  /// Reads back what `becomeUnprivileged` did, and tries to undo it.
  ///
  /// - Throws: `Failure` with the privilege that is left or could be regained, `SystemCallFailure`
  ///   of capget(2).
  package static func verifyUnprivileged(uid: UInt32, gid: UInt32) throws {
    guard linux_has_ids(uid, gid) == 1 else { throw Failure(description: "ids differ") }
    guard linux_getgroups_count() == 0 else { throw Failure(description: "groups are left") }
    guard linux_setresuid(0) < 0, linux_setresgid(0) < 0 else {
      throw Failure(description: "root could be regained")
    }
    guard try CapabilitySets.current().isEmpty else {
      throw Failure(description: "capabilities are left")
    }
    for number in 0..<Capability.count where linux_capbset_read(number) != 0 {
      throw Failure(
        description: "\(Capability.name(of: number)) is left in the bounding set")
    }
    guard linux_get_no_new_privs() == 1 else {
      throw Failure(description: "no_new_privs is not set")
    }
  }

  /// What the launcher and the janitor do to themselves: root without what they never use.
  ///
  /// - Throws: `SystemCallFailure` of prctl(2) or capset(2); the process must end then.
  package static func keepOnly(_ capabilities: [Capability]) throws(SystemCallFailure) {
    try emptyBoundingSet()
    try checked("prctl", linux_cap_ambient_clear_all())
    try keepCapabilities(capabilities)
    try checked("prctl", linux_set_no_new_privs())
  }

  /// Without CAP_SETPCAP it cannot be done, and need not be: no_new_privs keeps what is in the set
  /// out of reach.
  private static func emptyBoundingSet() throws(SystemCallFailure) {
    guard try Capability.isEffective(.setCapabilities) else { return }
    for capability in 0..<Capability.count {
      let held = try checked("prctl", linux_capbset_read(capability))
      if held == 1 { try checked("prctl", linux_capbset_drop(capability)) }
    }
  }

  private static func keepCapabilities(
    _ capabilities: [Capability]
  ) throws(SystemCallFailure) {
    let held = try CapabilitySets.current().permitted
    let kept = held & Capability.mask(capabilities)
    try CapabilitySets(effective: kept, permitted: kept, inheritable: 0).apply()
  }
}
