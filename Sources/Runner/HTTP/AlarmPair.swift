import Glibc

/// Two connected sockets: what is written to one wakes a thread that polls the other.
struct AlarmPair: Sendable {
  private let near: OwnedSocket
  private let far: OwnedSocket

  init() throws(HTTPServerFailure) {
    var pair: [CInt] = [-1, -1]
    let type = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
    // SAFETY: socketpair(2) writes two numbers, and the array holds two.
    guard unsafe socketpair(AF_UNIX, CInt(type), 0, &pair) == 0 else {
      throw HTTPServerFailure(call: "socketpair", code: errno)
    }
    near = OwnedSocket(adopting: pair[0])
    far = OwnedSocket(adopting: pair[1])
  }

  /// Wakes the waiting thread. A full socket means that it is awake already.
  func ring() {
    let byte: [UInt8] = [1]
    // SAFETY: send(2) reads one byte, and the array holds one.
    _ = unsafe send(
      near.number, byte, byte.count, CInt(MSG_NOSIGNAL | MSG_DONTWAIT))
  }

  /// Returns after a ring, when one of `sockets` can be read, or when the time is up.
  ///
  /// - Parameter milliseconds: -1 for no limit.
  func wait(beside sockets: [OwnedSocket], milliseconds: CInt) {
    var entries = ([far] + sockets).map { socket in
      pollfd(fd: socket.number, events: Int16(POLLIN), revents: 0)
    }
    // SAFETY: poll(2) writes to the entries of the array only, whose count it is told.
    guard unsafe poll(&entries, nfds_t(entries.count), milliseconds) > 0 else { return }
    if entries[0].revents != 0 { silence() }
  }

  private func silence() {
    var bytes = [UInt8](repeating: 0, count: 256)
    // SAFETY: recv(2) writes at most bytes.count bytes to the array.
    while unsafe recv(far.number, &bytes, bytes.count, CInt(MSG_DONTWAIT)) > 0 {}
  }
}
