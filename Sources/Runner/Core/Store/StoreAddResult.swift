/// Result of adding a job to the store.
package enum StoreAddResult: Hashable, Sendable {
  /// The job is durable.
  case added
  /// The same request came before under the same idempotency key, and is this job.
  case known(JobID)
  /// Another request came before under the same idempotency key.
  case keyTaken
  /// The limit of pending deliveries is reached, in all or for the receiver of this job.
  case outboxFull
}
