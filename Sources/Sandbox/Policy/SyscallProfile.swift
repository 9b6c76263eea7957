/// A named set of system calls. A policy chooses one, and may narrow it.
package enum SyscallProfile: String, CaseIterable, Hashable, Sendable {
  /// Smallest: no network, no new processes, no memory that is writable and executable.
  case compute
  /// What ordinary programs need; the default.
  case standard
  /// `standard` and sockets of AF_INET and AF_INET6.
  case network
  /// `standard`, where code is made while it runs.
  case jit
  /// `standard`, for compilers and build tools.
  case build
}
