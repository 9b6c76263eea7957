internal import CCapability

/// Owns a capability state of libcap (`cap_t`, cap_init(3)), which is freed with it.
///
/// libcap allocates, so nothing between clone and exec uses it: there the child makes capset(2),
/// capget(2) and prctl(2) itself (Sources/CLaunch/launch_identity.c).
///
/// SAFETY: the pointer is libcap's own, is never handed out, and is freed once, in `deinit`.
@safe struct LibcapState: ~Copyable {
  private let state: cap_t

  /// - Parameters:
  ///   - call: libcap's function, for the error.
  ///   - object: what it is made on, for the operator.
  ///   - make: calls it.
  /// - Throws: `SystemCallFailure` with libcap's errno when it answers NULL.
  init(
    _ call: String, _ object: @autoclosure () -> String = "", _ make: () -> cap_t?
  ) throws(SystemCallFailure) {
    guard let state = unsafe make() else {
      throw SystemCallFailure(call: call, code: ccapability_errno(), object: object())
    }
    unsafe self.state = state
  }

  deinit { unsafe cap_free(UnsafeMutableRawPointer(state)) }

  /// The capabilities of one set, a bit for each number up to 63.
  ///
  /// - Throws: `SystemCallFailure` when libcap does not know the set, which does not happen.
  func mask(of set: cap_flag_t) throws(SystemCallFailure) -> UInt64 {
    var mask: UInt64 = 0
    for number in 0..<Capability.count {
      var value = CAP_CLEAR
      let answer = unsafe cap_get_flag(state, cap_value_t(number), set, &value)
      guard answer == 0 else {
        throw SystemCallFailure(call: "cap_get_flag", code: ccapability_errno(), object: "")
      }
      if value == CAP_SET { mask |= 1 << UInt64(number) }
    }
    return mask
  }

  /// Makes one set exactly `mask`.
  ///
  /// - Throws: `SystemCallFailure` for a number that the kernel does not know.
  func set(_ set: cap_flag_t, to mask: UInt64) throws(SystemCallFailure) {
    for number in 0..<Capability.count {
      var value = cap_value_t(number)
      let isHeld: cap_flag_value_t = mask & 1 << UInt64(number) == 0 ? CAP_CLEAR : CAP_SET
      let answer = unsafe cap_set_flag(state, set, 1, &value, isHeld)
      guard answer == 0 else {
        throw SystemCallFailure(call: "cap_set_flag", code: ccapability_errno(), object: "")
      }
    }
  }

  /// Makes it the calling thread's (cap_set_proc(3), capset(2)).
  ///
  /// - Throws: `SystemCallFailure` when the kernel refuses: a set that the process may not have.
  func apply() throws(SystemCallFailure) {
    let answer = unsafe cap_set_proc(state)
    guard answer == 0 else {
      throw SystemCallFailure(call: "capset", code: ccapability_errno(), object: "")
    }
  }

  /// As cap_to_text(3) writes it, for instance `cap_net_raw=ep`; nil where libcap has no memory.
  var text: String? {
    guard let text = unsafe cap_to_text(state, nil) else { return nil }
    defer { unsafe cap_free(text) }
    return unsafe String(cString: text)
  }

  /// The user id that is root in the user namespace that a file's capabilities count in
  /// (capabilities(7), "Namespaced file capabilities", version 3); 0 for the initial one.
  var rootID: UInt32 { unsafe cap_get_nsowner(state) }
}
