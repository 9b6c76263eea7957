import Glibc
import SystemBase

extension WakeupPipe {
  /// Returns after `notify`, when one of `sockets` is readable, or at the timeout: poll(2).
  ///
  /// - Parameter milliseconds: the timeout; -1 for none.
  func wait(beside sockets: [SharedDescriptor], milliseconds: CInt) {
    var entries = ([fd] + sockets.map(\.fd)).map { fd in
      pollfd(fd: fd, events: Int16(POLLIN), revents: 0)
    }
    // SAFETY: poll(2) writes to the entries of the array only, whose count it gets.
    guard unsafe poll(&entries, nfds_t(entries.count), milliseconds) > 0 else { return }
    if entries[0].revents != 0 { drain() }
  }
}
