internal import Glibc
internal import SandboxBase
internal import SystemBase

/// Keeps two services of one host from using the same ids: a lock on the bytes of a file whose
/// offsets are the ids (F_OFD_SETLK, fcntl(2)). Ranges that overlap in part meet there too. The
/// kernel ends it with the process.
enum IDRangeReservation {
  private static let path = "/run/http-runner.ids"
  /// F_OFD_SETLK of linux/fcntl.h.
  private static let setLock: CInt = 37

  /// Called as root, before the first process takes one of the ids. The lock lasts as long as this
  /// process.
  ///
  /// - Throws: `StartFailure` when another service holds one of the ids. A host without a /run that
  ///   can be written has no such lock.
  static func acquire(_ ids: IdentityRange) throws(StartFailure) {
    // SAFETY: open(2) reads a text that ends with a zero, and fcntl(2) a struct, both of which are
    // there for the call.
    let file = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { return }
    var range = Glibc.flock()
    range.l_type = Int16(F_WRLCK)
    range.l_whence = Int16(SEEK_SET)
    range.l_start = off_t(ids.first)
    range.l_len = off_t(ids.last - ids.first) + 1
    guard unsafe fcntl(file, setLock, &range) != 0 else { return }
    let code = errno
    close(file)
    guard [EAGAIN, EACCES].contains(code) else {
      throw .system("The file \(path) cannot be locked: \(ErrorCode.message(code)).")
    }
    throw .configuration(
      "Another http-runner uses ids of the range \(ids.first)-\(ids.last): jobs of the two could "
        + "signal each other. Stop it, or give another range with --id-range FIRST-LAST.")
  }
}
