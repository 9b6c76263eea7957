/// A job: its persistent record, in memory or in a store.
package struct Job: Sendable {
  package let id: JobID
  /// Request of the client.
  package internal(set) var request: JobRequest
  /// The client that submitted it.
  package let client: Principal
  /// The request that submitted it; nil where it had no id.
  package let requestID: RequestID?
  /// Time of acceptance.
  package let createdAt: Timestamp
  /// Time of the newest claim; nil while the job is queued, also after a requeue, and where it
  /// never ran.
  package private(set) var startedAt: Timestamp?
  /// Time of the end; nil while the job has not ended.
  package private(set) var finishedAt: Timestamp?
  /// State of the job's life; changes by `apply` only.
  package private(set) var state: JobState
  /// Number of claims: the fencing token, of 64 bits. A write under an older epoch is refused.
  package private(set) var epoch: UInt64
  /// Until when it is held for its files, in no queue; nil once it has started or was ended.
  package var heldUntil: Timestamp?
  /// Runs that ended without success and were followed by another one, oldest first.
  package var attempts: [JobAttempt] = []
  /// When the next run may start; nil for at once.
  package var retryAt: Timestamp?
  /// Where it was moved to in the queue: before what came later, as if it had come then and had no
  /// priority; nil where it was not.
  package var rankedAt: Timestamp?
  /// Lane of a shared store in which it is offered from its addition on: the name of its entry; nil
  /// where its home alone may start it.
  package var lane: String?
  /// Name of its entry, by which processes of a shared store adopt it while it waits; nil where
  /// that is not known, and any of them may.
  package var entry: String?
  /// Whether only a process of the name of its home may take it over while it waits: its files are
  /// there.
  package var isBound = false
  /// Times that a process of a shared store was lost while it ran the job.
  package var losses = 0
  /// Whether a process of a shared store asked for its cancellation, which is to end it.
  package var isCancelRequested = false
  /// Exit code by which it succeeded in an earlier process, which did not come to give its results
  /// their names; nil where it has none, or did not come so far.
  package var successCode: UInt8?
  /// Output streams; `none` before the run.
  package var output: JobOutput
  /// What reads the progress of its run in this process; nil where nothing does.
  var progress: ProgressMonitor?
  /// Resource usage and refused system calls; empty until the end.
  package var accounting: JobAccounting.Record
  /// The members of its document that say what was in force, as JSON.
  package var enforcementJSON: [UInt8]

  /// A new job, queued; or one that waits for a further run, with the `epoch` of its last claim.
  package init(
    id: JobID = .random(), request: JobRequest, client: Principal, requestID: RequestID? = nil,
    createdAt: Timestamp, enforcementJSON: [UInt8] = [], epoch: UInt64 = 0
  ) {
    self.requestID = requestID
    self.id = id
    self.request = request
    self.client = client
    self.createdAt = createdAt
    self.state = .queued
    self.epoch = epoch
    self.output = .none
    self.accounting = JobAccounting.Record()
    self.enforcementJSON = enforcementJSON
  }

  /// Applies an event to the state machine of the job.
  ///
  /// - Throws: `IllegalTransitionError`, and stays as it was.
  package mutating func apply(
    _ event: JobEvent, at time: Timestamp
  ) throws(IllegalTransitionError) {
    state = try state.applying(event)
    switch event {
    case .started(let epoch):
      heldUntil = nil
      startedAt = time
      self.epoch = epoch
    case .requeued:
      startedAt = nil
      output = .none
      progress = nil
    case .ended:
      heldUntil = nil
      finishedAt = time
      progress = nil
    }
  }

  /// How it ended; nil while it has not.
  package var outcome: JobOutcome? {
    if case .finished(let outcome) = state { outcome } else { nil }
  }

  /// Whether it succeeded, by what its entry says of that, else by an exit code of 0; false while
  /// it has not ended.
  package var hasSucceeded: Bool {
    outcome.map { accounting.hasSucceeded ?? $0.isSuccess } ?? false
  }

  /// Whether the job is finished, whatever its outcome.
  package var hasEnded: Bool { state.status == .finished }

  /// Whether its end will make a delivery pending.
  var promisesCallback: Bool { request.callback != nil && !hasEnded }

  /// Number of the current, last or next run of the job, counted from 1.
  package var attempt: UInt64 { startedAt == nil ? epoch + 1 : epoch }

  /// An immutable copy, with the output up to now.
  package func snapshot() -> JobSnapshot {
    JobSnapshot(
      id: id, request: request, client: client, requestID: requestID, state: state,
      stdout: output.stdout,
      stderr: output.stderr,
      accounting: accounting, enforcementJSON: enforcementJSON, createdAt: createdAt,
      startedAt: startedAt,
      finishedAt: finishedAt, heldUntil: heldUntil, attempts: attempts,
      progressJSON: hasEnded ? accounting.progressJSON : progress?.json ?? [])
  }
}
