import CLinux
import Glibc
import SystemBase

/// SIGINT, SIGTERM and SIGHUP as a descriptor (signalfd(2)), beside transfers and streams. What the
/// client was started with as ignored (nohup(1), a job of the background) stays ignored.
final class ClientSignal {
  private let descriptor: Descriptor

  /// Blocks them, and SIGPIPE: a closed output is an error of write(2).
  ///
  /// - Throws: `ClientFailure` (configuration) without a descriptor left.
  init() throws(ClientFailure) {
    // SAFETY: each call reads or writes the set, which is a local variable (sigprocmask(2)).
    var blocked = sigset_t()
    unsafe sigemptyset(&blocked)
    // One that is ignored would come all the same, if it were blocked (signal(7)).
    let signals = [SIGINT, SIGTERM, SIGHUP].filter { linux_is_ignored($0) == 0 }
    for signal in signals + [SIGPIPE] { unsafe sigaddset(&blocked, signal) }
    unsafe sigprocmask(SIG_BLOCK, &blocked, nil)
    // SAFETY: it reads as many numbers as the array has.
    let fd = unsafe signals.withUnsafeBufferPointer {
      unsafe linux_signalfd($0.baseAddress!, UInt32($0.count))
    }
    guard fd >= 0 else {
      throw ClientFailure(.configuration, "signalfd: \(ErrorCode.message(-fd)).")
    }
    descriptor = Descriptor(adopting: fd)
  }

  /// What to wait for, for reading.
  var fd: CInt { descriptor.fd }

  /// The next one that came; nil where none did.
  func next() -> Int32? {
    let signal = linux_signalfd_read(descriptor.fd)
    return signal > 0 ? signal : nil
  }
}
