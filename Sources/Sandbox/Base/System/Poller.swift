internal import CLinux
internal import SystemBase

/// Waits for many descriptors at once (epoll(7)), level-triggered.
package final class Poller: Sendable {
  /// Readiness of one descriptor: the token that it was added with, and EPOLL… bits (epoll_ctl(2)).
  package struct Event {
    /// The token that the descriptor was added with.
    package let token: UInt64
    /// EPOLL… bits.
    package let flags: UInt32
  }

  /// Which readiness of a descriptor is reported.
  package struct Interest: OptionSet {
    package let rawValue: UInt32
    /// Bytes to read, or the end of the stream (EPOLLIN).
    package static let read = Interest(rawValue: UInt32(LINUX_READABLE))
    /// Room to write (EPOLLOUT).
    package static let write = Interest(rawValue: UInt32(LINUX_WRITABLE))
    /// A change of a file of a cgroup, or urgent data (EPOLLPRI).
    package static let priority = Interest(rawValue: UInt32(LINUX_PRIORITY))

    /// A set of EPOLL… bits.
    package init(rawValue: UInt32) {
      self.rawValue = rawValue
    }
  }

  private let epoll: Descriptor

  /// A poller that watches nothing yet.
  ///
  /// - Throws: `SystemCallFailure` of epoll_create1(2).
  package init() throws(SystemCallFailure) {
    self.epoll = Descriptor(adopting: try checked("epoll_create1", linux_epoll_create1()))
  }

  /// Watches a descriptor.
  ///
  /// - Parameter token: what its events carry.
  /// - Throws: `SystemCallFailure` of epoll_ctl(2): EEXIST for one that is watched already,
  ///   EPERM for a file that is always ready.
  package func add(_ fd: CInt, _ interest: Interest, token: UInt64) throws(SystemCallFailure) {
    try checked("epoll_ctl", linux_epoll_ctl_add(epoll.fd, fd, interest.rawValue, token))
  }

  /// Watches a watched descriptor for another interest, with another token.
  ///
  /// - Throws: `SystemCallFailure` of epoll_ctl(2): ENOENT for one that is not watched.
  package func change(_ fd: CInt, _ interest: Interest, token: UInt64) throws(SystemCallFailure) {
    try checked("epoll_ctl", linux_epoll_ctl_mod(epoll.fd, fd, interest.rawValue, token))
  }

  /// Must come before the descriptor is closed. One that is not watched is no fault.
  package func remove(_ fd: CInt) {
    _ = linux_epoll_ctl_del(epoll.fd, fd)
  }

  /// Waits until a descriptor is ready; answers at most 64 events, none at the timeout.
  ///
  /// - Parameter timeoutMilliseconds: nil waits for ever.
  /// - Throws: `SystemCallFailure` of epoll_wait(2).
  package func wait(timeoutMilliseconds: Int?) throws(SystemCallFailure) -> [Event] {
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
