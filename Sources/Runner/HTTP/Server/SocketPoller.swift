import CLinux
import Synchronization
import SystemBase

/// Sockets that wait for their clients outside of libmicrohttpd: epoll(7).
///
/// A transfer of a file waits here for room in the buffer of its socket, and a TLS handshake for
/// bytes: libmicrohttpd (0.9.75 to 1.0.1) clears its mark of a readable socket only once the
/// handshake is over, so that from the first byte of a handshake to its last it would try again
/// without a pause, and one client that stops in between would take a processor. Therefore a
/// connection is suspended where its handshake waits, and resumed when there are bytes, or when it
/// is shut down.
final class SocketPoller: Sendable {
  /// What a socket is waited for; it also ends where the socket is shut down.
  enum Interest {
    case readable
    case writable
  }

  private struct Wait: Sendable {
    let descriptor: CInt
    let resume: @Sendable () -> Void
  }

  private struct State {
    /// By the number that its events carry.
    var waits: [UInt: Wait] = [:]
    var isClosed = false
  }

  /// Events that are read at once.
  private static let eventsMax = 64

  /// Readable while one of them can go on (epoll(7)).
  let epoll: SharedDescriptor
  private let state = Mutex<State>(State())

  /// - Throws: `HTTPServerFailure` when the kernel gives no descriptor.
  init() throws(HTTPServerFailure) {
    let descriptor = linux_epoll_create1()
    guard descriptor >= 0 else {
      throw HTTPServerFailure(call: "epoll_create1", code: -descriptor)
    }
    epoll = SharedDescriptor(adopting: descriptor)
  }

  /// Suspends a connection until its socket is ready.
  ///
  /// - Parameters:
  ///   - handle: no two that wait have the same: the address of a connection in the library, or
  ///     the number of a descriptor that is no connection's.
  ///   - suspend: called at once, with the lock held, so that no `close()` comes in between; not
  ///     called after `close()`.
  ///   - resume: called once for each suspension, on another thread.
  /// - Returns: false where the socket cannot be watched. What waits for room is not resumed then:
  ///   it would try again without a pause.
  @discardableResult
  func wait(
    for handle: UInt, on descriptor: CInt, until interest: Interest = .readable,
    suspend: () -> Void, resume: @escaping @Sendable () -> Void
  ) -> Bool {
    let events = interest == .readable ? LINUX_READABLE : LINUX_WRITABLE
    let isWatched = state.withLock { state in
      guard !state.isClosed else { return true }
      suspend()
      guard
        linux_epoll_ctl_add(epoll.fd, descriptor, UInt32(events), UInt64(handle)) == 0
      else { return false }
      state.waits[handle] = Wait(descriptor: descriptor, resume: resume)
      return true
    }
    // A handshake without memory for it is tried again without a pause; its time is short.
    if !isWatched, interest == .readable { resume() }
    return isWatched
  }

  /// Resumes the connections whose sockets are ready.
  func resumeReady() {
    var events = [linux_event](repeating: linux_event(), count: Self.eventsMax)
    var count = 0
    repeat {
      // SAFETY: epoll_wait(2) writes at most `buffer.count` events, the size of the buffer.
      count = unsafe events.withUnsafeMutableBufferPointer { buffer in
        guard let start = buffer.baseAddress else { return 0 }
        return Int(unsafe linux_epoll_wait(epoll.fd, start, UInt32(buffer.count), 0))
      }
      for event in events.prefix(max(count, 0)) {
        if let wait = state.withLock({ $0.waits.removeValue(forKey: UInt(event.token)) }) {
          end(wait)
        }
      }
    } while count == Self.eventsMax
  }

  /// Resumes all, and suspends none from now on.
  func close() {
    let waits = state.withLock { state in
      state.isClosed = true
      defer { state.waits = [:] }
      return Array(state.waits.values)
    }
    for wait in waits { end(wait) }
  }

  /// The socket is closed only after the resumption.
  private func end(_ wait: Wait) {
    _ = linux_epoll_ctl_del(epoll.fd, wait.descriptor)
    wait.resume()
  }
}
