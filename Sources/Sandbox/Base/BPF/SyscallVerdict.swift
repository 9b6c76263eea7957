/// What happens to a system call.
package enum SyscallVerdict: Hashable, Sendable {
  /// The kernel makes the call.
  case allow
  /// The call fails with this errno and does nothing.
  case fail(UInt16)
  /// The whole process dies by SIGSYS.
  case kill
  /// The call blocks until the holder of the filter's listener has answered (seccomp_unotify(2)).
  case notify

  /// It exists and is refused.
  package static let deny = SyscallVerdict.fail(1)  // EPERM
  /// As in a kernel that never had it: runtimes fall back on what is old.
  package static let absent = SyscallVerdict.fail(38)  // ENOSYS
  /// A protocol of a known address family that is not there.
  package static let noProtocol = SyscallVerdict.fail(93)  // EPROTONOSUPPORT
  /// A way to use a call that is not there.
  package static let unsupported = SyscallVerdict.fail(95)  // EOPNOTSUPP
  /// An address family that is not there.
  package static let noFamily = SyscallVerdict.fail(97)  // EAFNOSUPPORT

  /// The value that a filter returns for it (seccomp(2)).
  package var action: UInt32 {
    switch self {
    case .allow: Action.allow
    case .fail(let code): Action.errno | UInt32(code)
    case .kill: Action.kill
    case .notify: Action.notify
    }
  }

  /// What a filter meant by `action`; nil for an action that no filter here returns.
  package init?(action: UInt32) {
    switch action {
    case Action.allow: self = .allow
    case Action.kill: self = .kill
    case Action.notify: self = .notify
    case Action.errno...(Action.errno | 0xffff): self = .fail(UInt16(action & 0xffff))
    default: return nil
    }
  }

  /// SECCOMP_RET_ALLOW, _ERRNO, _KILL_PROCESS and _USER_NOTIF of linux/seccomp.h.
  private enum Action {
    static let allow: UInt32 = 0x7fff_0000
    static let errno: UInt32 = 0x0005_0000
    static let kill: UInt32 = 0x8000_0000
    static let notify: UInt32 = 0x7fc0_0000
  }
}
