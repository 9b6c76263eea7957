internal import Glibc

/// Replies on their way to the API process, in order. What it is too slow to take waits here.
struct ReplyQueue {
  private var waiting: [(bytes: [UInt8], descriptors: JobDescriptors?)] = []
  private var isArmed = false
  private let token: UInt64

  /// Replies that may wait. Beyond it the other process is as good as dead.
  private static let waitingMax = 16_384

  /// - Parameter token: what the poller tells of the channel.
  init(token: UInt64) {
    self.token = token
  }

  /// - Parameter descriptors: what goes with it; closed here once it went.
  mutating func send(
    _ reply: Reply, with descriptors: JobDescriptors? = nil, on channel: borrowing Channel,
    _ poller: Poller
  ) throws(SystemCallFailure) {
    waiting.append((reply.bytes, descriptors))
    try flush(on: channel, poller)
  }

  /// Sends what can be sent, and has the poller tell when more can.
  mutating func flush(on channel: borrowing Channel, _ poller: Poller) throws(SystemCallFailure) {
    var sent = 0
    defer { waiting.removeFirst(sent) }
    do throws(SystemCallFailure) {
      while sent < waiting.count {
        let next = waiting[sent]
        try channel.send(next.bytes, descriptors: next.descriptors?.fds ?? [])
        sent += 1
      }
      if isArmed { try poller.change(channel.fd, .read, token: token) }
      isArmed = false
    } catch {
      // Nobody is there to read it: the poller tells of that, and of what follows from it.
      guard error.code != EPIPE else {
        sent = waiting.count
        return
      }
      guard error.code == EAGAIN, waiting.count < Self.waitingMax else { throw error }
      try poller.change(channel.fd, [.read, .write], token: token)
      isArmed = true
    }
  }
}
