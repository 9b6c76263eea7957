internal import Glibc

/// What the launcher may do, as it was sealed, beside its entries.
package struct LaunchPolicy: Hashable, Sendable {
  /// The rights that the launcher is started with.
  package var mode: Enforcement.Mode
  /// Ids of jobs, sweeper and service; not used in the mode `sameUser`.
  package var identities: IdentityRange
  /// The folder beneath which working folders on disk are made.
  package var workRoot: String
  /// Filter of the sandbox inits, compiled: the launcher has no compiler. Never empty.
  package var initFilter: [BPFInstruction]

  /// How a fresh table is had; nil where there is nothing to read again.
  package var reload: ReloadPlan?

  /// Uid of the service's process.
  package var serviceUser: UInt32 { mode == .root ? identities.service : getuid() }

  /// A policy; without `reload` the table stays as it is sealed.
  package init(
    mode: Enforcement.Mode, identities: IdentityRange, workRoot: String,
    initFilter: [BPFInstruction], reload: ReloadPlan? = nil
  ) {
    self.reload = reload
    self.mode = mode
    self.identities = identities
    self.workRoot = workRoot
    self.initFilter = initFilter
  }
}
