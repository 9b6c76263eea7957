/// Why a job has not started yet, by the word that clients see.
package enum WaitReason: String, Hashable, Sendable, CaseIterable {
  /// Jobs that it is to follow have not ended.
  case after
  /// The time of its `notBefore` has not come.
  case notBefore
  /// The pause before the next run of one without success.
  case retry
  /// The queue is paused.
  case paused
  /// The service drains: it starts in the next process.
  case draining
  /// Paths that its entry needs are not on the host.
  case paths
  /// The hours of its entry have not come.
  case window
  /// As many jobs of its principal run as its quota admits.
  case quota
  /// As many jobs run in the pool of its entry as that has slots.
  case pool
  /// As many jobs of its entry run as that admits.
  case entry
  /// The store failed just now.
  case store
  /// As many jobs run as the service has slots, or others are before it.
  case slots
}
