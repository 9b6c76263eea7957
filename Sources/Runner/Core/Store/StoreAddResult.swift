/// Result of adding a job to the store.
package enum StoreAddResult: Hashable, Sendable {
  /// The job is durable.
  case added
  /// The client sent the same request before, under the same idempotency key: this job.
  case known(JobID)
  /// Another request came before under the same idempotency key.
  case keyTaken
  /// The limit of pending deliveries is reached, in all or for the receiver of this job.
  case outboxFull
  /// It is to follow this job, which is not in the store.
  case unknownPredecessor(JobID)
}
