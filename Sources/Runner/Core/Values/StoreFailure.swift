/// Why a store operation failed. It had no effect then.
package enum StoreFailure: Error, Hashable, Sendable {
  /// The disk is full, or the quota of the service is used up.
  case full
  /// The store cannot be read or written; the sentence says why.
  case unusable(String)
  /// A newer claim of the job exists: the caller does not own the job any more.
  case fenced
}
