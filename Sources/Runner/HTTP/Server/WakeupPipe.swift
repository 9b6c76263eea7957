import Glibc
import SystemBase

/// A self-pipe over socketpair(2): a byte written to one end wakes a thread that polls the other.
struct WakeupPipe: Sendable {
  private let writeEnd: SharedDescriptor
  private let readEnd: SharedDescriptor

  init() throws(HTTPServerFailure) {
    var pair: [CInt] = [-1, -1]
    let type = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
    // SAFETY: socketpair(2) writes two numbers, and the array holds two.
    guard unsafe socketpair(AF_UNIX, CInt(type), 0, &pair) == 0 else {
      throw HTTPServerFailure(call: "socketpair", code: errno)
    }
    writeEnd = SharedDescriptor(adopting: pair[0])
    readEnd = SharedDescriptor(adopting: pair[1])
  }

  /// Wakes the polling thread. A full socket buffer means that a wake-up is pending already.
  func notify() {
    let byte: [UInt8] = [1]
    // SAFETY: send(2) reads one byte, and the array holds one.
    _ = unsafe send(
      writeEnd.fd, byte, byte.count, CInt(MSG_NOSIGNAL | MSG_DONTWAIT))
  }

  /// Returns after `notify`, when one of `sockets` is readable, or at the timeout.
  ///
  /// - Parameter milliseconds: the timeout of poll(2); -1 for none.
  func wait(beside sockets: [SharedDescriptor], milliseconds: CInt) {
    var entries = ([readEnd] + sockets).map { socket in
      pollfd(fd: socket.fd, events: Int16(POLLIN), revents: 0)
    }
    // SAFETY: poll(2) writes to the entries of the array only, whose count it gets.
    guard unsafe poll(&entries, nfds_t(entries.count), milliseconds) > 0 else { return }
    if entries[0].revents != 0 { drain() }
  }

  private func drain() {
    var bytes = [UInt8](repeating: 0, count: 256)
    // SAFETY: recv(2) writes at most bytes.count bytes to the array.
    while unsafe recv(readEnd.fd, &bytes, bytes.count, CInt(MSG_DONTWAIT)) > 0 {}
  }
}
