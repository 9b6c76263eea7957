import Glibc
import RunnerCore
import SystemBase

/// From the page cache to a socket: sendfile(2), or a copy where the file system has no way to it.
extension StoredFile {
  /// Bytes of a copy at most.
  private static let copiedBytesMax = 256 << 10

  var isTransferable: Bool { true }

  func transfer(
    at offset: UInt64, count: Int, to socket: CInt,
    then done: @escaping @Sendable (TransferStep) -> Void
  ) {
    disk.read { [self] in
      ThreadRole.diskReads.assertCurrent()
      done(send(at: off_t(offset), count: count, to: socket))
    }
  }

  private func send(at offset: off_t, count: Int, to socket: CInt) -> TransferStep {
    let file = number
    while true {
      let (sent, code) = Self.withoutBrokenPipeSignal {
        var place = offset
        // SAFETY: sendfile(2) reads and writes the one variable `place`.
        return unsafe sendfile(socket, file, &place, count)
      }
      if sent > 0 { return .sent(sent) }
      switch sent < 0 ? code : 0 {
      case EINTR: continue
      case EAGAIN: return .full
      case EINVAL, ENOSYS, EPERM: return copy(at: offset, count: count, to: socket)
      default: return .failed
      }
    }
  }

  /// Through the memory of the process: file systems without splicing, filters of system calls.
  private func copy(at offset: off_t, count: Int, to socket: CInt) -> TransferStep {
    let bytes = read(at: UInt64(offset), count: min(count, Self.copiedBytesMax))
    guard !bytes.isEmpty else { return .failed }
    while true {
      // SAFETY: send(2) reads the bytes of the array, whose count it gets.
      let sent = unsafe Glibc.send(socket, bytes, bytes.count, CInt(MSG_NOSIGNAL))
      if sent > 0 { return .sent(sent) }
      switch errno {
      case EINTR: continue
      case EAGAIN: return .full
      default: return .failed
      }
    }
  }

  /// sendfile(2) has no MSG_NOSIGNAL: SIGPIPE is blocked meanwhile, and the one that came is taken.
  /// It comes also where some bytes were sent before the connection ended.
  ///
  /// - Returns: the result of `call`, and errno after it.
  private static func withoutBrokenPipeSignal(_ call: () -> Int) -> (result: Int, code: CInt) {
    var broken = sigset_t()
    var before = sigset_t()
    var none = timespec()
    // SAFETY: each call reads and writes the variables that it is given, of the types that
    // sigemptyset(3), pthread_sigmask(3) and sigtimedwait(2) name.
    unsafe sigemptyset(&broken)
    unsafe sigaddset(&broken, SIGPIPE)
    unsafe pthread_sigmask(SIG_BLOCK, &broken, &before)
    let result = call()
    let code = errno
    if unsafe sigismember(&before, SIGPIPE) == 0 {
      while unsafe sigtimedwait(&broken, nil, &none) < 0, errno == EINTR {}
    }
    unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
    return (result, code)
  }
}
