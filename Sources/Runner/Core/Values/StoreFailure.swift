/// Why a store operation failed. It had no effect then, but where it is `unknown`.
package enum StoreFailure: Error, Hashable, Sendable {
  /// The disk is full, or the quota of the service is used up.
  case full
  /// The store cannot be read or written; the sentence says why.
  case unusable(String)
  /// A newer claim of the job exists: the caller does not own the job any more.
  case fenced
  /// The store cannot be reached at the moment; the sentence says why. It may be tried again at any
  /// time.
  case away(String)
  /// The store was lost before it confirmed the commit: the operation may have had its effect. The
  /// sentence says why. `JobStore` says what a repetition does.
  case unknown(String)

  /// Whether the store may answer soon without anyone's help.
  package var isPassing: Bool {
    switch self {
    case .away, .unknown: true
    case .full, .unusable, .fenced: false
    }
  }
}
