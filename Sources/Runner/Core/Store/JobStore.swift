/// The port to the job store.
///
/// What a call did is durable when it returns, as far as the adapter is durable at all; a call that
/// throws had no effect, but where it throws `unknown`: then it had all of its effect, or none.
/// Repeated by the same process with the same arguments, such a call has its effect once, and
/// returns what it would have returned: `claim` the epoch of the claim that may stand already,
/// `end`, `requeue` and `retry` no `fenced` for what they did themselves. `job` tells of one whose
/// `add` is unknown: it finds the job, or the job will never be there. Where it cannot tell yet, it
/// throws `away`.
///
/// Several processes may share a store, on one machine or on many. A queued job that may start now
/// is of no process: its *home*, the process that added it, offers it in a lane, and any process
/// claims it. All others, held or deferred, are their home's alone. A process has a lease, which
/// `renewLease` extends. When it expires, or the process leaves, the `renewLease` of others adopts
/// its jobs: those that it ran, under a newer epoch, and those that it is the home of. The process
/// that runs a job holds a claim with an epoch (a fencing token), and each write under an older
/// one is refused (`fenced`), as is each write of a process whose jobs were adopted, also where it
/// was only suspended. `changes` is a hint: a process that misses it learns of the change by its
/// next `updates`.
package protocol JobStore: CallbackOutbox {
  /// Terms of the lease of this process; nil where no other process can use the store.
  var lease: LeaseTerms? { get }

  /// Renews the lease of this process.
  ///
  /// Adopts the runs of processes that are gone, and their waiting jobs that are of one of the
  /// entries and not bound to their home; the others are adopted by other processes, or by the next
  /// one of the name of their home. An adoption that fails does not fail the renewal, and is tried
  /// again by the next one.
  ///
  /// - Parameter entries: names of the entries that this process serves; nil where it is to adopt
  ///   nothing. Jobs are adopted some at a time: there may be more where some were returned.
  /// - Throws: `fenced` where the lease had expired, and the jobs belong to another process.
  func renewLease(adopting entries: [String]?) async throws(StoreFailure) -> LeaseUpdate

  /// Gives up the lease, and with it the jobs that this process has not ended: others adopt them
  /// without waiting for the lease to expire. Nothing is written after that.
  func leave() async

  /// What other processes did that concerns this one.
  ///
  /// - Parameter lanes: names of the entries whose jobs this process could start.
  /// - Throws: `StoreFailure` when the store cannot be read.
  func updates(in lanes: [String]) async throws(StoreFailure) -> StoreUpdate

  /// Hints that `updates` has something to return. Hints may be spurious, late or missing.
  var changes: AsyncStream<Void> { get }

  /// Requests the process that runs a job to cancel it. The request is kept until the job ends.
  ///
  /// - Returns: false where the job does not run.
  /// - Throws: `StoreFailure` when the request could not be made durable.
  func requestCancel(_ id: JobID) async throws(StoreFailure) -> Bool

  /// Lets any process claim a queued job of this one. Does nothing for one that is not queued.
  ///
  /// - Parameters:
  ///   - lane: name of its entry.
  ///   - place: its place among all jobs of the lane: the earliest goes first.
  /// - Throws: `StoreFailure` when that could not be made durable.
  func offer(_ id: JobID, in lane: String, at place: Timestamp) async throws(StoreFailure)

  /// Claims jobs that other processes offer, in the order of their places.
  ///
  /// - Returns: the jobs, running.
  /// - Throws: `StoreFailure`; where it is `unknown`, `unfinishedJobs` has what was claimed, with
  ///   the start of the query.
  func claim(_ query: PullQuery) async throws(StoreFailure) -> [Job]

  /// Returns a job that was claimed by a query, and did not start, to its place in its lane.
  ///
  /// - Throws: `fenced` where `epoch` is not that of the newest claim.
  func putBack(_ id: JobID, epoch: UInt64) async throws(StoreFailure)

  /// How far some jobs have come; those that are not in the store are left out.
  ///
  /// - Throws: `StoreFailure` when the store cannot be read.
  func stages(of ids: [JobID]) async throws(StoreFailure) -> [JobID: StageStatus]

  /// Jobs in the queue of all processes; nil where there is but this one.
  ///
  /// - Throws: `StoreFailure` when the store cannot be read.
  func queueCounts() async throws(StoreFailure) -> QueueCounts?

  /// The persisted state of the queue: a pause outlives the process.
  ///
  /// - Throws: `StoreFailure` when the store cannot be read.
  func isPaused() async throws(StoreFailure) -> Bool

  /// Persists whether the queue is paused.
  ///
  /// - Throws: `StoreFailure` when the state could not be made durable.
  func setPaused(_ isPaused: Bool) async throws(StoreFailure)

  /// Jobs that an earlier process left queued or running, in order of arrival, one batch at a time;
  /// in a shared store, all such jobs of this process.
  ///
  /// - Parameter cursor: where the previous batch ended; nil for the first.
  /// - Throws: `StoreFailure` when the store cannot be read.
  func unfinishedJobs(after cursor: Int64?) async throws(StoreFailure) -> UnfinishedJobs

  /// Adds a new job: queued, or running where it is claimed in the same transaction.
  ///
  /// - Parameters:
  ///   - key: the idempotency key of the client; nil for none.
  ///   - promised: deliveries of jobs that have not ended, which count as pending ones do.
  /// - Throws: `StoreFailure` when the job could not be made durable.
  func add(
    _ job: Job, key: String?, _ promised: PromisedCallbacks
  ) async throws(StoreFailure) -> StoreAddResult

  /// Marks a job that is held as one that waits. Does nothing for one that is not held.
  ///
  /// - Throws: `StoreFailure` when that could not be made durable.
  func release(_ id: JobID) async throws(StoreFailure)

  /// Persists until when a held job is held. Does nothing for one that is not held.
  ///
  /// - Throws: `StoreFailure` when that could not be made durable.
  func hold(_ id: JobID, until time: Timestamp) async throws(StoreFailure)

  /// Persists where a queued job was moved to. Does nothing for one that is not queued.
  ///
  /// - Throws: `StoreFailure` when that could not be made durable.
  func setRank(_ rank: Timestamp, of id: JobID) async throws(StoreFailure)

  /// Marks a queued job of this process as running.
  ///
  /// - Returns: the epoch of the claim; nil when the job is not queued here any more.
  /// - Throws: `StoreFailure` when the claim could not be made durable; the job is queued then.
  func claim(_ id: JobID, at time: Timestamp) async throws(StoreFailure) -> UInt64?

  /// Returns a running job to the queue, at its old position.
  ///
  /// - Throws: `fenced` where `epoch` is not that of the newest claim.
  func requeue(_ id: JobID, epoch: UInt64) async throws(StoreFailure)

  /// Returns a running job to the queue, at its old position, with `attempts` and `retryAt`. Its
  /// output is forgotten.
  ///
  /// - Throws: `fenced` where the epoch of the job is not that of the newest claim.
  func retry(_ job: Job) async throws(StoreFailure)

  /// Notes that a running job succeeded, before its results get their names: the next process goes
  /// on with that where this one does not come to the end.
  ///
  /// - Parameter code: its exit code.
  /// - Throws: `fenced` where `epoch` is not that of the newest claim.
  func recordSuccess(of id: JobID, epoch: UInt64, code: UInt8) async throws(StoreFailure)

  /// Persists the end of a job, its output and its pending delivery, in one transaction.
  ///
  /// - Returns: jobs that retention purged in the same transaction.
  /// - Throws: `fenced` where the epoch of the job is not that of the newest claim.
  func end(_ job: Job) async throws(StoreFailure) -> [JobID]

  /// What became of the jobs that a queued job is to follow: kept by the transactions that add it
  /// and that end them, so that those may be deleted once they have ended.
  ///
  /// - Throws: `StoreFailure` when the store cannot be read.
  func predecessors(of id: JobID) async throws(StoreFailure) -> PredecessorStates

  /// The job called `id`, or nil.
  ///
  /// - Throws: `StoreFailure` when the store cannot be read.
  func job(_ id: JobID) async throws(StoreFailure) -> Job?

  /// The job that came under an idempotency key of a client; nil where none did, or it is purged.
  ///
  /// - Throws: `StoreFailure` when the store cannot be read.
  func job(under key: String, of client: Principal) async throws(StoreFailure) -> Job?

  /// Bytes of output that ended jobs of a client keep.
  ///
  /// - Throws: `StoreFailure` when the store cannot be read.
  func keptBytes(of client: Principal) async throws(StoreFailure) -> Int

  /// The jobs that were added after `time`, as far as they are not deleted, oldest first.
  ///
  /// - Throws: `StoreFailure` when the store cannot be read.
  func submissions(after time: Timestamp) async throws(StoreFailure) -> [JobSubmission]

  /// A page of jobs, newest first.
  ///
  /// - Throws: `StoreFailure` when the store cannot be read.
  func page(_ query: JobQuery) async throws(StoreFailure) -> [Job]

  /// Deletes an ended job and its output.
  ///
  /// - Returns: false when there is no ended job of this id.
  /// - Throws: `StoreFailure` when the job could not be deleted.
  func delete(_ id: JobID) async throws(StoreFailure) -> Bool

  /// Purges one batch of ended jobs that retention does not keep. A job with a pending delivery is
  /// kept.
  ///
  /// - Returns: the purged jobs; empty when there are no more.
  /// - Throws: `StoreFailure` when the store fails; no job of the batch is purged then.
  func purgeBatch(at time: Timestamp) async throws(StoreFailure) -> [JobID]
}

extension JobStore {
  /// Adds a job beside which no other one promises a delivery.
  ///
  /// - Throws: `StoreFailure` when the job could not be made durable.
  package func add(_ job: Job, key: String?) async throws(StoreFailure) -> StoreAddResult {
    try await add(job, key: key, PromisedCallbacks())
  }
}
