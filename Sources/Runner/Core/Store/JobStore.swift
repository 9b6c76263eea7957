/// The port to wherever jobs are kept.
///
/// What a call did is durable when it returns, as far as the adapter is durable at all; what it
/// threw, it did none of.
///
/// Several processes may share a store, on one machine or on many, with no change of the core. A
/// job is that of the process that added it, for as long as that holds its lease: it says that it
/// lives by `renewLease`. When it does not, another one's `renewLease` takes its jobs over. Who runs a job
/// holds a claim with an epoch; a take-over makes a newer one, and what comes under an older epoch
/// is refused (`fenced`), also where its owner was only asleep. `changes` is a hint and no more:
/// who misses it finds out by its next `renewLease`.
package protocol JobStore: CallbackOutbox {
  /// How long this process may be silent before its jobs are another's; nil where nobody else can
  /// have them.
  var lease: Duration? { get }

  /// Says that this process lives, and asks what there is for it.
  ///
  /// - Throws: `fenced` where its lease was over, and its jobs are another's.
  func renewLease(at time: Timestamp) async throws(StoreFailure) -> LeaseUpdate

  /// Hints that `renewLease` would tell something. They may come in vain, late or not at all.
  var changes: AsyncStream<Void> { get }

  /// Asks whoever has a job that lives to cancel it.
  ///
  /// - Returns: false where it does not live, or nobody else can have it.
  func requestCancel(_ id: JobID) async throws(StoreFailure) -> Bool

  /// Whether the queue was paused when that was last said: a pause outlives the process.
  func isPaused() async throws(StoreFailure) -> Bool

  /// Keeps whether the queue is paused.
  func setPaused(_ isPaused: Bool) async throws(StoreFailure)

  /// Jobs that live, in order of arrival, some at a time: an earlier process left them, queued or
  /// running.
  ///
  /// - Parameter cursor: where the last ones ended; nil for the first.
  func unfinishedJobs(after cursor: Int64?) async throws(StoreFailure) -> UnfinishedJobs

  /// Keeps a new job: queued, or running at once where it is claimed in the same breath.
  ///
  /// - Parameter key: the client's idempotency key, if it gave one.
  func add(_ job: Job, key: String?) async throws(StoreFailure) -> StoreAddResult

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

  /// Forgets what retention does not keep, a small piece at a time. A job whose callback is owed is
  /// kept until it is not.
  ///
  /// - Returns: which jobs are gone; empty when there is nothing more to forget.
  func purgeBatch(at time: Timestamp) async throws(StoreFailure) -> [JobID]
}
