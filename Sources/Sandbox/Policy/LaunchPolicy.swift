/// What the launcher may do, as it was sealed: everything but the executables themselves.
package struct LaunchPolicy: Hashable, Sendable {
  /// Whose ids jobs, sweeper and service have.
  package var identities: IdentityRange
  /// Set when every job runs as one named account.
  package var fixedIdentity: FixedIdentity?
  package var limits: [ResourceLimit]
  /// Seconds of wall clock after which a job is ended.
  package var wallClockSeconds: UInt32
  /// Milliseconds between TERM and KILL.
  package var graceMilliseconds: UInt32
  /// The folder beneath which working folders are made.
  package var workRoot: String
  /// The seccomp filter, compiled.
  package var filter: [BPFInstruction]

  package init(
    identities: IdentityRange, fixedIdentity: FixedIdentity?, limits: [ResourceLimit],
    wallClockSeconds: UInt32, graceMilliseconds: UInt32, workRoot: String,
    filter: [BPFInstruction]
  ) {
    self.identities = identities
    self.fixedIdentity = fixedIdentity
    self.limits = limits
    self.wallClockSeconds = wallClockSeconds
    self.graceMilliseconds = graceMilliseconds
    self.workRoot = workRoot
    self.filter = filter
  }
}
