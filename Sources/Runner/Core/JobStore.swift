/// The port to wherever jobs are kept.
///
/// What a call did is durable when it returns, as far as the adapter is durable at all; what it
/// threw, it did none of. The port has no notion of who else uses the store: a job is only run by
/// whoever claimed it, a claim carries an epoch, and what comes under an older epoch is refused. So
/// an adapter for several machines takes no change of the core.
package protocol JobStore: Sendable {
  /// Jobs that live, in order of arrival, some at a time: an earlier process left them, queued or
  /// running.
  ///
  /// - Parameter mark: where the last ones ended; nil for the first.
  func leftovers(after mark: Int64?) async throws(StoreFailure) -> Leftovers

  /// Keeps a new job: queued, or running at once where it is claimed in the same breath.
  ///
  /// - Parameter key: the client's idempotency key, if it gave one.
  func add(_ job: Job, key: String?) async throws(StoreFailure) -> StoreAddition

  /// Marks a queued job as running.
  ///
  /// - Returns: the epoch of the claim; nil when the job is not queued any more.
  func claim(_ id: JobID, at time: Timestamp) async throws(StoreFailure) -> UInt32?

  /// Puts a running job back in the queue, in its old place.
  ///
  /// - Throws: `fenced` where `epoch` is not that of the newest claim.
  func requeue(_ id: JobID, epoch: UInt32) async throws(StoreFailure)

  /// Keeps the end of a job, its output, and that its callback is owed, all or nothing.
  ///
  /// - Returns: jobs that were forgotten for it, because as many ended ones as may be were kept.
  /// - Throws: `fenced` where the job's epoch is not that of the newest claim.
  func end(_ job: Job) async throws(StoreFailure) -> [JobID]

  /// The job called `id`, or nil.
  func job(_ id: JobID) async throws(StoreFailure) -> Job?

  /// A page of jobs, newest first.
  func page(_ query: JobQuery) async throws(StoreFailure) -> [Job]

  /// Forgets an ended job and its output.
  ///
  /// - Returns: false when there is no ended job of this id.
  func delete(_ id: JobID) async throws(StoreFailure) -> Bool

  /// Forgets what retention does not keep, a small piece at a time.
  ///
  /// - Returns: which jobs are gone; empty when there is nothing more to forget.
  func forgetSome(at time: Timestamp) async throws(StoreFailure) -> [JobID]
}
