internal import CLinux
internal import Glibc
package import SystemBase

/// One end of the SOCK_SEQPACKET pair between two of our processes: whole messages, with
/// descriptors.
package struct Channel: ~Copyable, Sendable {
  private let socket: Descriptor

  /// The end that `socket` is, which this closes.
  package init(adopting socket: consuming Descriptor) {
    self.socket = socket
  }

  /// The descriptor, for a poller; owned by this.
  package var fd: CInt { socket.fd }

  /// Two connected ends: one stays, one goes to the other process.
  package struct Pair: ~Copyable {
    /// The end that stays.
    package let ours: Channel
    /// The end for the other process.
    package let theirs: Channel

    /// The end that stays; the other is closed here.
    package consuming func keepOurs() -> Channel { ours }
  }

  /// Makes a pair (socketpair(2)).
  ///
  /// - Throws: `SystemCallFailure`: EMFILE, for instance.
  package static func pair() throws(SystemCallFailure) -> Pair {
    var first: CInt = -1
    var second: CInt = -1
    // SAFETY: socketpair(2) writes two descriptors, which are local variables.
    // Room for several of the longest messages, so that a burst of launches does not stop.
    let answer = unsafe linux_socketpair(&first, &second, 4 << 20)
    try checked("socketpair", answer)
    return Pair(
      ours: Channel(adopting: Descriptor(adopting: first)),
      theirs: Channel(adopting: Descriptor(adopting: second)))
  }

  /// A message with the descriptors that came with it: who does not take them has them closed.
  package struct Message {
    /// The message, never empty.
    package let bytes: [UInt8]
    /// What came with it.
    package let descriptors: JobDescriptors
  }

  /// Sends one message; does not block.
  ///
  /// - Parameter descriptors: stay open here too; the other end gets its own.
  /// - Throws: EAGAIN when the other end is behind, EPIPE when it is gone.
  package func send(_ bytes: [UInt8], descriptors: [Int32] = []) throws(SystemCallFailure) {
    // SAFETY: sendmsg(2) reads the bytes and descriptors of the two arrays, up to their counts.
    let sent = unsafe bytes.withUnsafeBufferPointer { data in
      unsafe descriptors.withUnsafeBufferPointer { fds in
        unsafe linux_sendmsg(
          socket.fd, data.baseAddress!, UInt64(data.count), fds.baseAddress,
          UInt32(fds.count))
      }
    }
    try checked("sendmsg", sent)
  }

  /// As `send`, but waits where the other end is behind. For the start, when nothing else is to do.
  ///
  /// - Throws: `SystemCallFailure` of sendmsg(2): EPIPE when the other end is gone.
  package func sendWaiting(
    _ bytes: [UInt8], descriptors: [Int32] = []
  ) throws(SystemCallFailure) {
    while true {
      do throws(SystemCallFailure) {
        return try send(bytes, descriptors: descriptors)
      } catch {
        guard error.code == EAGAIN else { throw error }
        var wanted = pollfd(fd: socket.fd, events: Int16(POLLOUT), revents: 0)
        // SAFETY: poll(2) writes to the one entry that is passed, a local variable.
        _ = unsafe poll(&wanted, 1, 1000)
      }
    }
  }

  /// Receives one message.
  ///
  /// - Parameters:
  ///   - buffer: where the message is received; its size is the largest that is accepted.
  ///   - waits: whether to stop until a message comes.
  /// - Returns: nil when the other end is gone.
  /// - Throws: EAGAIN when there is none, EMSGSIZE when one was longer than the buffer; it is lost
  ///   then, and its descriptors are closed.
  package func receive(
    using buffer: inout [UInt8], waits: Bool
  ) throws(SystemCallFailure) -> Message? {
    var fds = [Int32](repeating: -1, count: Int(LINUX_MESSAGE_FDS))
    var fdCount: UInt32 = 0
    var isIncomplete: CInt = 0
    // SAFETY: recvmsg(2) writes at most `data.count` bytes, and at most LINUX_MESSAGE_FDS
    // descriptors into an array of that many.
    let received = unsafe buffer.withUnsafeMutableBufferPointer { data in
      unsafe fds.withUnsafeMutableBufferPointer { fds in
        unsafe linux_recvmsg(
          socket.fd, data.baseAddress!, UInt64(data.count), fds.baseAddress!, &fdCount,
          &isIncomplete, waits ? 1 : 0)
      }
    }
    try checked("recvmsg", received)
    let descriptors = JobDescriptors(
      adopting: Array(fds.prefix(Int(fdCount))), areLost: isIncomplete == 1)
    // A message of ours is never empty: nothing received is the end of the stream.
    if received == 0 { return nil }
    return Message(bytes: Array(buffer.prefix(Int(received))), descriptors: descriptors)
  }
}
