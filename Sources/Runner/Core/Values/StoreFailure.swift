/// Why a store operation failed. It had no effect then.
package enum StoreFailure: Error, Hashable, Sendable {
  /// There is no room on its disk.
  case full
  /// It cannot be read or written; the sentence says why.
  case unusable(String)
  /// A newer claim of the job exists: the caller does not own the job any more.
  case fenced
}
