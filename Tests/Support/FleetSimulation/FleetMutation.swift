/// A rule of the protocol that a simulation breaks, to show that it is missed.
package enum FleetMutation: String, CaseIterable, Sendable {
  /// A lease is reckoned from when its renewal was answered.
  case deadlineFromAnswer
  /// A lease is reckoned on a clock that stands still while the host is suspended.
  case deadlineWithoutSuspend
  /// A lease is reckoned on the wall clock of its host.
  case deadlineByWallClock
  /// Runs that others may start again go on after the deadline.
  case noFreeze
  /// The service itself freezes them: not while it is stopped.
  case freezeByService
  /// A node that was taken over thaws its runs to end them with their grace.
  case graceAfterFence
  /// An answer thaws, also one to a renewal whose lease is over by now.
  case thawByLateAnswer
  /// A claim whose answer comes after the lease is over starts its run all the same.
  case launchWithoutLease
  /// A claim starts its run before its commit is confirmed.
  case launchBeforeCommit
  /// Leases of others are judged by the times of the database.
  case databaseClock
  /// Another era changes nothing.
  case noEra
  /// A pause in which no node could renew changes nothing.
  case noPause
  /// A take-over does not ask whether the lease is still as it was seen.
  case takeoverWithoutCompare
  /// A take-over puts a job back whose cancel was asked for.
  case takeoverForgetsCancel
  /// An end is accepted from a node that does not have the run.
  case endWithoutFence
  /// A node that was taken over may claim.
  case claimWithoutFence
  /// Renewals are committed without a flush.
  case renewalWithoutFlush
  /// Renewals do not wait for a synchronous standby.
  case renewalWithoutStandby
  /// Rows without a run are put back while their claim is on its way.
  case putBackWithoutClaims
  /// Rows of runs that ended here are put back.
  case putBackWhatEnded
  /// Runs that were adopted are put back as if they had not been started.
  case putBackWhatWasAdopted
  /// Runs without a row are killed by any renewal.
  case killByEarlierRenewal
  /// A process takes its name whoever has it by now.
  case joinWithoutCompare
  /// A primary that came back after a promotion is used.
  case olderTimeline
}
