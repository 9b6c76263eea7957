internal import CLinux
internal import SystemBase

/// Waits for many descriptors at once (epoll(7)), level-triggered.
final class Poller: Sendable {
  /// Readiness of one descriptor: the token that it was added with, and EPOLL… bits (epoll_ctl(2)).
  struct Event {
    let token: UInt64
    let flags: UInt32
  }

  /// Which readiness of a descriptor is reported.
  struct Interest: OptionSet {
    let rawValue: UInt32
    static let read = Interest(rawValue: UInt32(LINUX_READABLE))
    static let write = Interest(rawValue: UInt32(LINUX_WRITABLE))
    static let priority = Interest(rawValue: UInt32(LINUX_PRIORITY))
  }

  private let epoll: Descriptor

  init() throws(SystemCallFailure) {
    self.epoll = Descriptor(adopting: try checked("epoll_create1", linux_epoll_create1()))
  }

  func add(_ fd: CInt, _ interest: Interest, token: UInt64) throws(SystemCallFailure) {
    try checked("epoll_ctl", linux_epoll_ctl_add(epoll.fd, fd, interest.rawValue, token))
  }

  func change(_ fd: CInt, _ interest: Interest, token: UInt64) throws(SystemCallFailure) {
    try checked("epoll_ctl", linux_epoll_ctl_mod(epoll.fd, fd, interest.rawValue, token))
  }

  /// Must come before the descriptor is closed. One that is not watched is no fault.
  func remove(_ fd: CInt) {
    _ = linux_epoll_ctl_del(epoll.fd, fd)
  }

  /// Waits until a descriptor is ready; answers at most 64 events, none at the timeout.
  ///
  /// - Parameter timeoutMilliseconds: nil waits for ever.
  func wait(timeoutMilliseconds: Int?) throws(SystemCallFailure) -> [Event] {
    var found = [linux_event](repeating: linux_event(), count: 64)
    let timeout = timeoutMilliseconds.map { CInt(clamping: max(0, $0)) } ?? -1
    // SAFETY: epoll_wait(2) writes at most `buffer.count` events, the size of the buffer.
    let count = unsafe found.withUnsafeMutableBufferPointer { buffer in
      unsafe linux_epoll_wait(
        epoll.fd, buffer.baseAddress!, UInt32(buffer.count), timeout)
    }
    try checked("epoll_wait", count)
    return found.prefix(Int(count)).map { Event(token: $0.token, flags: $0.events) }
  }
}
