/// Error numbers of the kernel that the core gives itself: it knows no C library. As
/// asm-generic/errno.h has them, which x86-64 and arm64 use.
enum ErrorNumber: Int32 {
  case notPermitted = 1
  case noEntry = 2
  case inputOutput = 5
  case outOfMemory = 12
  case exists = 17
  case invalid = 22
  case connectionReset = 104
  case timedOut = 110
  case cancelled = 125

  /// As errno(3) names it.
  var name: String {
    switch self {
    case .notPermitted: "EPERM"
    case .noEntry: "ENOENT"
    case .inputOutput: "EIO"
    case .outOfMemory: "ENOMEM"
    case .exists: "EEXIST"
    case .invalid: "EINVAL"
    case .connectionReset: "ECONNRESET"
    case .timedOut: "ETIMEDOUT"
    case .cancelled: "ECANCELED"
    }
  }
}

extension LaunchFailure {
  /// A failure that the core itself reports.
  init(step: String, _ number: ErrorNumber, message: String) {
    self.init(step: step, errno: number.rawValue, name: number.name, message: message)
  }
}
