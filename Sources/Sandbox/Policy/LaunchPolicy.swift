/// What the launcher may do, as it was sealed, beside its entries.
package struct LaunchPolicy: Hashable, Sendable {
  /// With which rights the launcher works.
  package enum Mode: UInt32, Sendable {
    /// As root: each job has ids of its own.
    case root = 0
    /// As the ordinary user who started it (`--same-user`): what the kernel grants through a user
    /// namespace, and no other ids.
    case sameUser = 1
  }

  package var mode: Mode
  /// Whose ids jobs, sweeper and service have. Not used by `sameUser`.
  package var identities: IdentityRange
  /// The folder beneath which working folders on disk are made.
  package var workRoot: String

  package init(mode: Mode, identities: IdentityRange, workRoot: String) {
    self.mode = mode
    self.identities = identities
    self.workRoot = workRoot
  }
}
