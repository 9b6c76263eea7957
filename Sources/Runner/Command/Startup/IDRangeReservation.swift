internal import Glibc
internal import RunnerConfiguration
internal import SandboxBase
internal import SystemBase

/// Keeps two services of one host from using the same ids: a lock on the bytes of a file whose
/// offsets are the ids (F_OFD_SETLK, fcntl(2)). Ranges that overlap in part meet there too. The
/// kernel ends it with the process.
enum IDRangeReservation {
  private static let path = "/run/http-runner.ids"
  /// F_OFD_SETLK of linux/fcntl.h.
  private static let setLock: CInt = 37

  /// Ids that one run needs, and how many such rows of ids are tried.
  private static let runCount: UInt32 = 4
  private static let triesMax = 16

  /// Called as root, before the first process takes one of the ids. The lock lasts as long as this
  /// process.
  ///
  /// - Throws: `StartFailure` when another service holds one of the ids. A host without a /run that
  ///   can be written has no such lock.
  static func acquire(_ ids: IdentityRange) throws(StartFailure) {
    guard try !lock(ids.first...ids.last) else { return }
    throw .configuration(
      "Another http-runner uses ids of the range \(ids.first)-\(ids.last): jobs of the two could "
        + "signal each other. Stop it, or give another range with --id-range FIRST-LAST.")
  }

  /// Ids for one run beside services: the first four of the range of `service`, or, where another
  /// process holds one of them, the next ones behind the range that are free. As `acquire`.
  ///
  /// - Throws: `StartFailure` where there are none, or those behind the range cannot be used.
  static func acquireForRun(
    _ service: ServiceSettings
  ) throws(StartFailure) -> ClosedRange<UInt32> {
    let wanted = service.idRange
    var service = service
    var first = wanted.lowerBound
    // Doubled each time, so that large ranges are soon behind.
    var step = runCount
    for _ in 0..<triesMax {
      guard first <= IdentityRange.highest - (runCount - 1) else { break }
      service.explicitIDRange = first...first + runCount - 1
      _ = try AccountLookup.range(service)
      if try lock(service.idRange) { return service.idRange }
      first = max(first + step, wanted.upperBound + 1)
      step *= 2
    }
    throw .configuration(
      "The ids \(wanted.lowerBound)-\(wanted.upperBound) and those behind them are in use by other "
        + "services. Give another range with --id-range FIRST-LAST.")
  }

  /// - Returns: false where another process holds one of the ids.
  private static func lock(_ ids: ClosedRange<UInt32>) throws(StartFailure) -> Bool {
    // SAFETY: open(2) reads the path as a C string; fcntl(2) reads one flock, a local variable.
    let file = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { return true }
    var range = Glibc.flock()
    range.l_type = Int16(F_WRLCK)
    range.l_whence = Int16(SEEK_SET)
    range.l_start = off_t(ids.lowerBound)
    range.l_len = off_t(ids.count)
    guard unsafe fcntl(file, setLock, &range) != 0 else { return true }
    let code = errno
    close(file)
    guard [EAGAIN, EACCES].contains(code) else {
      throw .system("The file \(path) cannot be locked: \(ErrorCode.message(code)).")
    }
    return false
  }
}
