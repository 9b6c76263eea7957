/// Why the store did not do what it was asked for. It did none of it then.
package enum StoreFailure: Error, Hashable, Sendable {
  /// There is no room on its disk.
  case full
  /// It cannot be read or written; the sentence says why.
  case unusable(String)
  /// Another claim of the job is newer: who asked owns the job no more.
  case fenced
}
