internal import CCapability

/// The three capability sets of a thread that capset(2) changes, a bit for each number of
/// linux/capability.h. The bounding and ambient sets are prctl(2)'s.
///
/// SAFETY: each state of libcap is handed to a `LibcapState`, which frees it once.
package struct CapabilitySets: Equatable, Sendable {
  var effective: UInt64
  var permitted: UInt64
  var inheritable: UInt64

  /// No capability in any of the three.
  package var isEmpty: Bool { effective | permitted | inheritable == 0 }

  /// The calling thread's, as the kernel has them now (cap_get_proc(3)).
  ///
  /// - Throws: `SystemCallFailure` when capget(2) fails.
  package static func current() throws(SystemCallFailure) -> CapabilitySets {
    try CapabilitySets(unsafe LibcapState("cap_get_proc") { unsafe cap_get_proc() })
  }

  /// Those of another process (cap_get_pid(3)).
  ///
  /// - Parameter process: its id in this process's PID namespace, above 0.
  /// - Throws: `SystemCallFailure`: ESRCH where there is none.
  package static func of(process: Int32) throws(SystemCallFailure) -> CapabilitySets {
    try CapabilitySets(
      unsafe LibcapState("cap_get_pid", "\(process)") { unsafe cap_get_pid(process) })
  }

  /// Sets of a thread, as bits by number (capabilities(7)).
  package init(effective: UInt64, permitted: UInt64, inheritable: UInt64) {
    self.effective = effective
    self.permitted = permitted
    self.inheritable = inheritable
  }

  private init(_ state: consuming LibcapState) throws(SystemCallFailure) {
    self.init(
      effective: try state.mask(of: CAP_EFFECTIVE), permitted: try state.mask(of: CAP_PERMITTED),
      inheritable: try state.mask(of: CAP_INHERITABLE))
  }

  /// Makes them the calling thread's, and reads them back.
  ///
  /// - Throws: `SystemCallFailure`: EPERM for a set that the thread may not have, or where the
  ///   kernel says afterwards that it has another.
  package func apply() throws(SystemCallFailure) {
    let state = try unsafe LibcapState("cap_init") { unsafe cap_init() }
    try state.set(CAP_EFFECTIVE, to: effective)
    try state.set(CAP_PERMITTED, to: permitted)
    try state.set(CAP_INHERITABLE, to: inheritable)
    try state.apply()
    guard try Self.current() == self else {
      throw SystemCallFailure(call: "capget", code: EPERM, object: "capabilities after capset")
    }
  }
}
