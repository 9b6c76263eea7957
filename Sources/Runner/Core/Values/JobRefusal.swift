/// Why a request was not accepted as a job. Each case is one response of the HTTP contract.
package enum JobRefusal: Error, Hashable, Sendable {
  /// A field of the request is wrong: its name, and what to do.
  case field(String, String)
  /// The command is not one of the whitelist's strings.
  case notWhitelisted
  /// What the jobs of its entry need on the host is not there at the moment: which path, and why.
  case entryClosed(String)
  /// The queue is full: the number is its bound. The second value is an estimate of the seconds
  /// until there is capacity, from recent departures; nil before the first.
  case queueFull(Int, retryAfterSeconds: Int?)
  /// A quota of the principal is reached: which one, its bound, and seconds until there is room;
  /// nil where that depends on the client.
  case overQuota(PrincipalQuota.Member, Int, retryAfterSeconds: Int?)
  /// As many jobs are held as may be, in all or of the client.
  case tooManyHeld
  /// The files of the job are not as they must be for its start.
  case files(FileRefusal)
  /// The limit of pending deliveries is reached, in all or for the receiver of this job.
  case outboxFull
  /// Another request came before under the same idempotency key.
  case keyTaken
  /// The store failed, so the job was not accepted.
  case notStored(StoreFailure)
  /// The service is ending its jobs and takes no more.
  case shuttingDown
}
