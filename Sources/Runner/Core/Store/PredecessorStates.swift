/// What became of the jobs that a queued job is to follow, those left out that succeeded.
package struct PredecessorStates: Hashable, Sendable {
  /// Jobs that have not ended.
  package var open: [JobID] = []
  /// One that ended without success; nil where none did.
  package var failed: JobID?

  /// States by which nothing is left to wait for.
  package init() {}
}
