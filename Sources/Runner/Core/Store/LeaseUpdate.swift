/// What a store that several processes use has to tell one of them.
package struct LeaseUpdate: Sendable {
  /// Jobs of processes whose lease is over, as `unfinishedJobs` has them. They are this one's from now
  /// on, and each has a newer epoch than its former owner knows.
  package var adopted: [Job] = []
  /// Jobs of this process that somebody asked another one to cancel.
  package var cancelled: [JobID] = []

  package init() {}
}
