/// Result of a lease renewal in a store that several processes share.
package struct LeaseUpdate: Sendable {
  /// Jobs of processes whose lease expired, as `unfinishedJobs` has them. They belong to this
  /// process now, and each has a newer epoch than its former owner knows.
  package var adopted: [Job] = []
  /// Jobs of this process for which another process requested cancellation.
  package var cancelled: [JobID] = []

  /// A renewal without adopted or cancelled jobs.
  package init() {}
}
