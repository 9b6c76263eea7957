internal import Glibc

/// A self-pipe over socketpair(2): a byte written to one end wakes a thread that polls the other.
package struct WakeupPipe: Sendable {
  /// The system gave no socket pair.
  package struct Failure: Error, Hashable, Sendable {
    /// A positive errno.
    package let code: Int32
  }

  private let writeEnd: SharedDescriptor
  private let readEnd: SharedDescriptor

  /// The end to poll for reading; open for as long as this value or a copy of it lives.
  package var fd: CInt { readEnd.fd }

  /// A pipe that nothing was notified by yet.
  ///
  /// - Throws: `Failure` when no descriptor is left.
  package init() throws(Failure) {
    var pair: [CInt] = [-1, -1]
    let type = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
    // SAFETY: socketpair(2) writes two numbers, and the array holds two.
    guard unsafe socketpair(AF_UNIX, CInt(type), 0, &pair) == 0 else { throw Failure(code: errno) }
    writeEnd = SharedDescriptor(adopting: pair[0])
    readEnd = SharedDescriptor(adopting: pair[1])
  }

  /// Wakes the thread that polls. A full socket buffer means that a wake-up is pending already.
  package func notify() {
    let byte: [UInt8] = [1]
    // SAFETY: send(2) reads one byte, and the array holds one.
    _ = unsafe send(writeEnd.fd, byte, byte.count, CInt(MSG_NOSIGNAL | MSG_DONTWAIT))
  }

  /// Forgets all notifications up to now: `fd` can be read again only after another one.
  package func drain() {
    var bytes = [UInt8](repeating: 0, count: 256)
    // SAFETY: recv(2) writes at most bytes.count bytes to the array.
    while unsafe recv(readEnd.fd, &bytes, bytes.count, CInt(MSG_DONTWAIT)) > 0 {}
  }
}
