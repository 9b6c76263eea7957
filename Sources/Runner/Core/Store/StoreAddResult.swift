/// What became of a job that was to be added to the store.
package enum StoreAddResult: Hashable, Sendable {
  /// It is kept now.
  case added
  /// The same request came before under the same idempotency key, and is this job.
  case known(JobID)
  /// Another request came before under the same idempotency key.
  case keyTaken
  /// As many callbacks are owed as may be, in all or to the receiver of this one.
  case outboxFull
}
