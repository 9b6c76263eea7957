/// What an entry changes in the system calls of its profile. Names are those of libseccomp; an
/// unknown one is an error, and so is a name that says nothing.
package struct SyscallOverrides: Hashable, Sendable {
  /// If set, of the calls that the profile and `groups` allow only these are allowed, under the
  /// profile's conditions, and what every launch needs (`essential`). The others answer ENOSYS.
  /// It is what `trace` writes.
  /// Nil leaves all of them allowed.
  package var only: [String]?
  /// Refused with EPERM although the profile allows them. A call that the profile refuses already
  /// goes on answering as it did.
  package var deny: [String] = []
  /// Groups of calls that are allowed beside the profile.
  package var groups: [SyscallGroup] = []

  /// Overrides that leave the profile as it is.
  package init() {}

  /// Calls that are never taken away: the last steps of the launch, and the end of a process.
  package static let essential: [String] = [
    "execve", "execveat", "exit", "exit_group", "rt_sigreturn", "restart_syscall", "prctl",
  ]
}
