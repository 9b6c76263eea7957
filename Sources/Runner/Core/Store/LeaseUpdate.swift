/// Result of a lease renewal in a store that several processes share.
package struct LeaseUpdate: Sendable {
  /// Jobs of processes whose lease expired, or that left, as `unfinishedJobs` has them. They belong
  /// to this process now, and each that ran has a newer epoch than its former owner knows.
  package var adopted: [Job] = []
  /// Whether deliveries of such a process belong to this one now.
  package var hasAdoptedCallbacks = false
  /// Whether jobs may have been adopted that are not in `adopted`: `unfinishedJobs` has them.
  package var isAdoptionUnknown = false
  /// Whether the database began another life since the last renewal, and may have lost commits that
  /// were answered.
  package var hasNewEra = false
  /// When the lease of another process may be over, by `WallClock.uptime`: a renewal then takes its
  /// jobs over without a further interval. Nil where no other process is known.
  package var nextDue: Int64?

  /// A renewal without adopted jobs.
  package init() {}
}
