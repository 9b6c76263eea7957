/// Why a request did not become a job. Each case is one answer of the HTTP contract.
package enum JobRefusal: Error, Hashable, Sendable {
  /// A field of the request is wrong: its name, and what to do.
  case field(String, String)
  /// The command is not one of the whitelist's strings.
  case notWhitelisted
  /// As many jobs wait as the queue holds; the number is that bound. At the pace at which jobs
  /// left it lately, there is room again in so many seconds; nil where none left it yet.
  case queueFull(Int, retryAfterSeconds: Int?)
  /// As many callbacks are owed as may be, in all or to the receiver of this one.
  case outboxFull
  /// Another request came before under the same idempotency key.
  case keyTaken
  /// It could not be kept, so it was not accepted.
  case notStored(StoreFailure)
  /// The service is ending its jobs and takes no more.
  case shuttingDown
}
